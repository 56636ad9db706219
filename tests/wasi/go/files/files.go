package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"syscall"
	"time"
)

func files() {
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	ok(os.WriteFile("large", large, 0o666))
	read, err := os.ReadFile("large")
	ok(err)
	check(bytes.Equal(read, large), "a megabyte changed")

	file, err := os.OpenFile("file", os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o644)
	ok(err)
	fmt.Fprintf(file, "line %d\n", 1)
	position, err := file.Seek(0, io.SeekStart)
	ok(err)
	equal(position, int64(0))
	all, err := io.ReadAll(file)
	ok(err)
	equal(string(all), "line 1\n")
	_, err = file.WriteAt([]byte("LINE"), 0)
	ok(err)
	part := make([]byte, 4)
	_, err = file.ReadAt(part, 0)
	ok(err)
	equal(string(part), "LINE")
	_, err = file.ReadAt(part, 100)
	equal(err, io.EOF)
	position, err = file.Seek(-2, io.SeekEnd)
	ok(err)
	equal(position, int64(5))
	_, err = file.Seek(-1, io.SeekStart)
	check(err != nil, "a negative position")
	ok(file.Truncate(4))
	ok(file.Sync())
	info, err := file.Stat()
	ok(err)
	equal(info.Size(), int64(4))
	check(info.Mode().IsRegular() && info.Name() == "file", "%v", info.Mode())
	ok(file.Close())

	for _, text := range []string{"one ", "two "} {
		file, err := os.OpenFile("appended", os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
		ok(err)
		_, err = file.WriteString(text)
		ok(err)
		ok(file.Close())
	}
	equal(content("appended"), "one two ")
	ok(os.Truncate("appended", 3))
	equal(content("appended"), "one")
	ok(os.Truncate("appended", 6))
	equal(content("appended"), "one\x00\x00\x00")

	source, err := os.Open("large")
	ok(err)
	target, err := os.Create("copy")
	ok(err)
	copied, err := io.Copy(target, source)
	ok(err)
	equal(copied, int64(1<<20))
	ok(source.Close())
	ok(target.Close())

	ok(os.Rename("copy", "renamed"))
	ok(os.Rename("renamed", "appended"))
	equal(len(content("appended")), 1<<20)
	ok(os.Remove("large"))
	_, err = os.Stat("large")
	check(errors.Is(err, fs.ErrNotExist), "%v", err)
}

func directories() {
	ok(os.MkdirAll("a/b/c", 0o777))
	ok(os.MkdirAll("a/b/c", 0o777))
	err := os.Mkdir("a", 0o777)
	check(errors.Is(err, fs.ErrExist), "%v", err)
	write("a/b/c/file", "deep")
	check(os.Remove("a") != nil, "a full directory was removed")
	entries, err := os.ReadDir("a/b/c")
	ok(err)
	equal(len(entries), 1)
	info, err := entries[0].Info()
	ok(err)
	equal(info.Size(), int64(4))
	ok(os.Rename("a/b", "b"))
	equal(content("b/c/file"), "deep")
	ok(os.RemoveAll("b"))
	ok(os.RemoveAll("a"))
	ok(os.RemoveAll("missing"))
	_, err = os.Stat("b")
	check(errors.Is(err, fs.ErrNotExist), "%v", err)
	// In pieces, and from the start again.
	ok(os.Mkdir("pieces", 0o777))
	for i := 0; i < 25; i++ {
		write(fmt.Sprintf("pieces/%d", i), "")
	}
	dir, err := os.Open("pieces")
	ok(err)
	seen := map[string]bool{}
	for {
		names, err := dir.Readdirnames(4)
		for _, name := range names {
			check(!seen[name], "%s twice", name)
			seen[name] = true
		}
		if err == io.EOF {
			break
		}
		ok(err)
	}
	equal(len(seen), 25)
	_, err = dir.Seek(0, io.SeekStart)
	if err == nil {
		names, err := dir.Readdirnames(-1)
		ok(err)
		equal(len(names), 25)
	}
	ok(dir.Close())
}

func links() {
	write("target", "content")
	ok(os.Symlink("target", "soft"))
	ok(os.Link("target", "hard"))
	equal(content("soft"), "content")
	equal(content("hard"), "content")
	path, err := os.Readlink("soft")
	ok(err)
	equal(path, "target")
	info, err := os.Lstat("soft")
	ok(err)
	check(info.Mode()&fs.ModeSymlink != 0, "%v", info.Mode())
	one, err := os.Stat("target")
	ok(err)
	two, err := os.Stat("hard")
	ok(err)
	check(os.SameFile(one, two), "a hard link is another file")
	resolved, err := filepath.EvalSymlinks("soft")
	ok(err)
	equal(resolved, "target")
	long := strings.Repeat("x", 1000)
	ok(os.Symlink(long, "long"))
	path, err = os.Readlink("long")
	ok(err)
	equal(path, long)
	_, err = os.Readlink("target")
	check(err != nil, "a file was a link")
	ok(os.Symlink("../../etc/passwd", "bad"))
	_, err = os.ReadFile("bad")
	check(errors.Is(err, fs.ErrPermission), "%v", err)
	ok(os.Symlink("loop", "loop"))
	_, err = os.ReadFile("loop")
	check(errors.Is(err, syscall.ELOOP), "%v", err)
	ok(os.Remove("hard"))
	ok(os.Remove("soft"))
	ok(os.Remove("loop"))
}

func times() {
	write("times", "x")
	for _, when := range []time.Time{
		time.Unix(1234567890, 123456789), time.Unix(0, 0), time.Unix(-1000, 500), time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
	} {
		ok(os.Chtimes("times", when.Add(time.Second), when))
		info, err := os.Stat("times")
		ok(err)
		check(info.ModTime().Equal(when), "%v, expected %v", info.ModTime(), when)
	}
	before := time.Now()
	write("times", "changed")
	info, err := os.Stat("times")
	ok(err)
	check(info.ModTime().Sub(before) > -time.Second, "%v is before %v", info.ModTime(), before)
}

func temporary() {
	dir, err := os.MkdirTemp(".", "temp-*")
	ok(err)
	names := map[string]bool{}
	for i := 0; i < 20; i++ {
		file, err := os.CreateTemp(dir, "file-*.txt")
		if !ok(err) {
			return
		}
		names[file.Name()] = true
		_, err = file.WriteString("x")
		ok(err)
		ok(file.Close())
	}
	equal(len(names), 20)
	ok(os.RemoveAll(dir))
}

func walk() {
	ok(os.MkdirAll("tree/a/b", 0o777))
	ok(os.MkdirAll("tree/empty", 0o777))
	for _, path := range []string{"tree/1", "tree/a/2", "tree/a/b/3"} {
		write(path, path)
	}
	ok(os.Symlink("a", "tree/link"))
	expected := []string{".", "1", "a", "a/2", "a/b", "a/b/3", "empty", "link"}
	var found []string
	ok(filepath.WalkDir("tree", func(path string, entry fs.DirEntry, err error) error {
		relative, _ := filepath.Rel("tree", path)
		found = append(found, relative)
		return err
	}))
	equal(found, expected)
	found = nil
	tree := os.DirFS("tree")
	ok(fs.WalkDir(tree, ".", func(path string, entry fs.DirEntry, err error) error {
		found = append(found, path)
		return err
	}))
	equal(found, expected)
	matches, err := filepath.Glob("tree/*/*")
	ok(err)
	sort.Strings(matches)
	equal(matches, []string{"tree/a/2", "tree/a/b", "tree/link/2", "tree/link/b"})
	_, err = fs.ReadFile(tree, "../result")
	check(err != nil, "a file system was left")
}

// More entries than any buffer holds, each once.
func many() {
	const count = 10000
	ok(os.Mkdir("many", 0o777))
	for i := 0; i < count; i++ {
		if !ok(os.WriteFile(fmt.Sprintf("many/entry-%05d", i), nil, 0o666)) {
			return
		}
	}
	entries, err := os.ReadDir("many")
	ok(err)
	equal(len(entries), count)
	for i, entry := range entries {
		if entry.Name() != fmt.Sprintf("entry-%05d", i) || !entry.Type().IsRegular() {
			check(false, "entry %d is %v", i, entry)
			return
		}
	}
}
