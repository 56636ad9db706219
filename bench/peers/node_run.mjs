// Runs a module in V8 by node's WASI and times the run alone:
// node_run.mjs MODULE FOLDER|- ARGUMENTS...
import { readFileSync, writeFileSync } from 'node:fs';
import { WASI } from 'node:wasi';

const [path, folder, ...args] = process.argv.slice(2);
const grants = folder === '-' ? {} : { preopens: { [folder]: folder }, env: { PWD: folder } };
const wasi = new WASI({ version: 'preview1', args: ['program', ...args], returnOnExit: true, ...grants });
const module = await WebAssembly.compile(readFileSync(path));
const wall = process.hrtime.bigint();
const cpu = process.cpuUsage();
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
const taken = process.cpuUsage(cpu);
const nanoseconds = process.hrtime.bigint() - wall;
writeFileSync(process.env.BENCH_REPORT, `${nanoseconds} ${(taken.user + taken.system) * 1000}\n`);
