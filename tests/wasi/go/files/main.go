// Files, clocks and streams as Go programs use them. The arguments are an empty
// one, the directory this runs in, and what to do; see tests/wasi/go.rs.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"reflect"
	"runtime"
	"syscall"
)

var checks, failures int

// check counts a condition and tells where it does not hold.
func check(holds bool, format string, args ...any) bool {
	checks++
	if !holds {
		failures++
		_, _, line, _ := runtime.Caller(1)
		fmt.Printf("line %d: %s\n", line, fmt.Sprintf(format, args...))
	}
	return holds
}

// ok is a check that nothing went wrong.
func ok(err error) bool {
	checks++
	if err != nil {
		failures++
		_, file, line, _ := runtime.Caller(1)
		fmt.Printf("%s:%d: %v\n", file, line, err)
	}
	return err == nil
}

func equal(actual, expected any) bool {
	checks++
	if !reflect.DeepEqual(actual, expected) {
		failures++
		_, file, line, _ := runtime.Caller(1)
		fmt.Printf("%s:%d: %v, expected %v\n", file, line, actual, expected)
		return false
	}
	return true
}

func content(path string) string {
	bytes, err := os.ReadFile(path)
	ok(err)
	return string(bytes)
}

func write(path, text string) {
	ok(os.WriteFile(path, []byte(text), 0o666))
}

// refused is a check that the path is not for this program: it is forbidden, or
// nothing is there or can be made there; never Go's own "Bad file number" (golang/go#60732).
func refused(err error, path string) {
	checks++
	if !errors.Is(err, fs.ErrPermission) && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.EROFS) {
		failures++
		_, file, line, _ := runtime.Caller(1)
		fmt.Printf("%s:%d: %s: %v\n", file, line, path, err)
	}
}

var here string

var tests = map[string]func(){
	"files":             files,
	"directories":       directories,
	"links":             links,
	"times":             times,
	"temporary":         temporary,
	"walk":              walk,
	"many":              many,
	"working-directory": workingDirectory,
	"errors":            errorsAreGos,
	"timers":            timers,
	"process":           process,
	"stdin":             stdin,
	"escapes":           escapes,
	"nothing":           nothing,
}

func main() {
	equal(os.Args[1], "")
	here = os.Args[2]
	for _, name := range os.Args[3:] {
		tests[name]()
	}
	fmt.Printf("%d checks, %d failed\n", checks, failures)
	if failures != 0 {
		os.Exit(1)
	}
}
