// Runs a module in wazero and times the run alone:
// wazero-run MODULE FOLDER|- ARGUMENTS...
// What it compiled is kept in the folder BENCH_CACHE.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"os"
	"syscall"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/imports/wasi_snapshot_preview1"
	"github.com/tetratelabs/wazero/sys"
)

func main() {
	if len(os.Args) < 3 {
		log.Fatal("usage: wazero-run MODULE FOLDER|- ARGUMENTS...")
	}
	code, err := os.ReadFile(os.Args[1])
	must(err)
	ctx := context.Background()
	cache, err := wazero.NewCompilationCacheWithDir(os.Getenv("BENCH_CACHE"))
	must(err)
	runtime := wazero.NewRuntimeWithConfig(ctx, wazero.NewRuntimeConfig().WithCompilationCache(cache))
	wasi_snapshot_preview1.MustInstantiate(ctx, runtime)
	module, err := runtime.CompileModule(ctx, code)
	must(err)
	config := wazero.NewModuleConfig().
		WithStdin(os.Stdin).WithStdout(os.Stdout).WithStderr(os.Stderr).
		WithArgs(append([]string{"program"}, os.Args[3:]...)...).
		WithSysWalltime().WithSysNanotime().WithSysNanosleep()
	if folder := os.Args[2]; folder != "-" {
		config = config.WithFSConfig(wazero.NewFSConfig().WithDirMount(folder, folder)).WithEnv("PWD", folder)
	}
	start, cpu := time.Now(), cpuNanoseconds()
	_, err = runtime.InstantiateModule(ctx, module, config)
	wall := time.Since(start).Nanoseconds()
	cpu = cpuNanoseconds() - cpu
	must(os.WriteFile(os.Getenv("BENCH_REPORT"), fmt.Appendf(nil, "%d %d\n", wall, cpu), 0o666))
	var exit *sys.ExitError
	if errors.As(err, &exit) {
		os.Exit(int(exit.ExitCode()))
	}
	must(err)
}

func cpuNanoseconds() int64 {
	var usage syscall.Rusage
	must(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return usage.Utime.Nano() + usage.Stime.Nano()
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
