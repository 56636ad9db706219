package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

func workingDirectory() {
	dir, err := os.Getwd()
	ok(err)
	equal(dir, here)
	write("here.txt", "here")
	// The same by every kind of path.
	for _, path := range []string{"here.txt", "./here.txt", "../" + filepath.Base(here) + "/here.txt", here + "/here.txt", "//" + here + "//here.txt"} {
		equal(content(path), "here")
	}
	absolute, err := filepath.Abs("here.txt")
	ok(err)
	equal(absolute, here+"/here.txt")
	ok(os.Mkdir("below", 0o777))
	ok(os.Chdir("below"))
	equal(content("../here.txt"), "here")
	dir, err = os.Getwd()
	ok(err)
	equal(dir, here+"/below")
	ok(os.Chdir(".."))
	write("result", "written by Go\n")
}

func errorsAreGos() {
	_, err := os.Open("missing")
	check(errors.Is(err, fs.ErrNotExist), "%v", err)
	write("there", "x")
	_, err = os.OpenFile("there", os.O_CREATE|os.O_EXCL, 0o666)
	check(errors.Is(err, fs.ErrExist), "%v", err)
	_, err = os.ReadDir("there")
	check(err != nil, "a file was listed")
	_, err = os.Open("there/x")
	check(err != nil, "a file was a directory")
	_, err = os.ReadFile(".")
	check(err != nil, "a directory was read")
	err = os.WriteFile(".", nil, 0o666)
	check(err != nil, "a directory was written")
	_, err = os.Stat("nul\x00byte")
	check(err != nil, "a path with NUL")
	file, err := os.Open("there")
	ok(err)
	_, err = file.Write([]byte("x"))
	check(err != nil, "a file opened to read was written")
	ok(file.Close())
	check(errors.Is(file.Close(), os.ErrClosed), "closed twice")
	outsidePaths()
}

func outsidePaths() {
	paths := []string{"/etc/passwd", "/etc", "../secret", here + "foo/secret", here + "/../secret", "/", "/..", "/proc/self/environ"}
	for _, path := range paths {
		_, err := os.ReadFile(path)
		if path == "/" || path == "/.." {
			check(err != nil, "/ was read")
			continue
		}
		refused(err, path)
		refused(os.WriteFile(path+"/new", nil, 0o666), path)
		refused(os.Mkdir(path+"-new", 0o777), path)
		refused(os.Remove(path), path)
		refused(os.Rename(path, "stolen"), path)
	}
}

// With `--dir grant --dir kept::/kept::ro`, run above both.
func escapes() {
	equal(content("grant/file"), "inside")
	equal(content(here+"/grant/file"), "inside")
	equal(content("/kept/file"), "kept")
	equal(content("grant/in/file"), "inside sub")
	for _, path := range []string{
		"grant/relative", "grant/absolute", "grant/indirect", "grant/winding", "grant/out/secret",
		"grant/../secret", "grantfoo/secret", here + "/grantfoo/secret", "secret", "outside/secret",
		"/etc/passwd", "/keptfoo", "grant/dangling", "kept/file",
	} {
		_, err := os.ReadFile(path)
		refused(err, path)
		refused(os.Truncate(path, 0), path)
		refused(os.WriteFile(path, []byte("x"), 0o666), path)
	}
	for _, path := range []string{"grant/out/new", "outside/new", "new", "/new", here + "/new", "grantfoo/new"} {
		check(os.WriteFile(path, []byte("x"), 0o666) != nil, "%s was written", path)
		check(os.Mkdir(path, 0o777) != nil, "%s was made", path)
		check(os.Symlink("x", path) != nil, "%s was linked", path)
		check(os.Rename("grant/file", path) != nil, "%s was renamed to", path)
		check(os.Link("grant/file", path) != nil, "%s was linked to", path)
	}
	check(os.Symlink("/etc/passwd", "grant/new") != nil, "an absolute link was made")
	// What is only readable stays as it is.
	for _, err := range []error{
		os.WriteFile("/kept/file", []byte("x"), 0o666),
		os.WriteFile("/kept/new", []byte("x"), 0o666),
		os.Remove("/kept/file"),
		os.Mkdir("/kept/new", 0o777),
		os.Truncate("/kept/file", 0),
		os.Rename("/kept/file", "grant/stolen"),
		os.Link("/kept/file", "grant/stolen"),
	} {
		check(err != nil, "a read-only grant was changed")
	}
	equal(content("/kept/file"), "kept")
	// The directories above the grants hold the way to these and nothing else.
	entries, err := os.ReadDir("/")
	ok(err)
	var names []string
	for _, entry := range entries {
		names = append(names, entry.Name())
	}
	check(len(names) == 2 || len(names) == 1, "/ holds %v", names)
	entries, err = os.ReadDir(here)
	ok(err)
	equal(len(entries), 1)
	equal(entries[0].Name(), "grant")
}

// Without any grant.
func nothing() {
	for _, path := range []string{"secret", "./secret", here + "/secret", "grant/file", ".", "/", "/etc/passwd", "..", here} {
		_, err := os.ReadFile(path)
		refused(err, path)
		_, err = os.ReadDir(path)
		refused(err, path)
		_, err = os.Stat(path)
		refused(err, path)
		refused(os.WriteFile(path+"/new", nil, 0o666), path)
	}
}
