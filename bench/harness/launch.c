// Runs a program and writes to the file descriptor REPORT what it took: nanoseconds of
// the clock, of its CPU time (with threads and children), and its peak memory in
// KiB. Python cannot measure that itself: Linux counts the memory of the process
// that forks as the child's own until it executes another program, and Python's
// is more than a small program's.
//
// launch REPORT INPUT OUTPUT PROGRAM ARGUMENTS...
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long nanoseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static long long of_timeval(struct timeval time) {
    return time.tv_sec * 1000000000LL + time.tv_usec * 1000LL;
}

static void must(int ok, const char *what) {
    if (!ok) {
        perror(what);
        exit(125);
    }
}

static void become(int report, const char *input, const char *output, char **program) {
    int in = open(input, O_RDONLY);
    must(in >= 0 && dup2(in, 0) == 0, input);
    int out = open(output, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    must(out >= 0 && dup2(out, 1) == 1, output);
    close(report);
    execv(program[0], program);
    must(0, program[0]);
}

int main(int argc, char **argv) {
    if (argc < 5) {
        fprintf(stderr, "usage: launch REPORT INPUT OUTPUT PROGRAM ARGUMENTS...\n");
        return 125;
    }
    int report = atoi(argv[1]);
    long long start = nanoseconds();
    pid_t child = fork();
    must(child >= 0, "fork");
    if (child == 0) become(report, argv[2], argv[3], argv + 4);
    int status;
    struct rusage usage;
    must(wait4(child, &status, 0, &usage) == child, "wait4");
    long long wall = nanoseconds() - start;
    dprintf(report, "%lld %lld %ld\n", wall, of_timeval(usage.ru_utime) + of_timeval(usage.ru_stime), usage.ru_maxrss);
    if (WIFSIGNALED(status)) return 128 + WTERMSIG(status);
    return WEXITSTATUS(status);
}
