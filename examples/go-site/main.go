// Renders a small web site from the files beside it: site [DIRECTORY]
//
// It stands for the tools that come with templates, and reaches them in each
// of the ways that Go's standard library has for files.
package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

func main() {
	root := "assets"
	if len(os.Args) > 1 {
		root = os.Args[1]
	}
	steps := []func(string, io.Writer) error{list, render, static, pieces, refusals}
	for _, step := range steps {
		if err := step(root, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, "site:", err)
			os.Exit(1)
		}
	}
}

// list walks the whole directory.
func list(root string, out io.Writer) error {
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		switch {
		case entry.IsDir():
			_, err = fmt.Fprintf(out, "%s/\n", name)
		case entry.Type()&fs.ModeSymlink != 0:
			target, err := os.Readlink(path)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(out, "%s -> %s\n", name, target)
			return err
		default:
			content, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if int64(len(content)) != info.Size() {
				return fmt.Errorf("%s: read %d bytes of %d", path, len(content), info.Size())
			}
			_, err = fmt.Fprintf(out, "%s %d %x\n", name, info.Size(), sha256.Sum256(content))
			return err
		}
		return err
	})
}

// render makes the pages from the templates.
func render(root string, out io.Writer) error {
	templates, err := template.ParseFS(os.DirFS(root), "templates/*.html", "templates/parts/*.html")
	if err != nil {
		return err
	}
	for _, page := range []string{"Home", "About <us>"} {
		if err := templates.ExecuteTemplate(out, "page.html", map[string]any{"Title": page}); err != nil {
			return err
		}
	}
	return nil
}

// static serves files as http.FS does: by a file system below the directory.
func static(root string, out io.Writer) error {
	files, err := fs.Sub(os.DirFS(root), "static")
	if err != nil {
		return err
	}
	entries, err := fs.ReadDir(files, ".")
	if err != nil {
		return err
	}
	for _, entry := range entries {
		file, err := files.Open(entry.Name())
		if err != nil {
			return err
		}
		info, err := file.Stat()
		if err != nil {
			return err
		}
		content, err := io.ReadAll(file)
		if err != nil {
			return err
		}
		if err := file.Close(); err != nil {
			return err
		}
		fmt.Fprintf(out, "GET /%s: %d, %q\n", entry.Name(), info.Size(), firstLine(content))
	}
	_, err = fs.Stat(files, "none.css")
	fmt.Fprintln(out, "GET /none.css:", errors.Is(err, fs.ErrNotExist))
	return nil
}

// pieces reads parts of a file, as for a request with a range.
func pieces(root string, out io.Writer) error {
	file, err := os.Open(filepath.Join(root, "static", "style.css"))
	if err != nil {
		return err
	}
	defer file.Close()
	part := make([]byte, 8)
	if _, err := file.ReadAt(part, 5); err != nil {
		return err
	}
	fmt.Fprintf(out, "%q\n", part)
	at, err := file.Seek(-3, io.SeekEnd)
	if err != nil {
		return err
	}
	rest, err := io.ReadAll(file)
	if err != nil {
		return err
	}
	_, err = file.ReadAt(part, at)
	fmt.Fprintf(out, "%d %q %v\n", at, rest, err)
	direct, err := os.Stat(filepath.Join(root, "static", "style.css"))
	if err != nil {
		return err
	}
	linked, err := os.Stat(filepath.Join(root, "static", "main.css"))
	if err != nil {
		return err
	}
	fmt.Fprintln(out, "the same file:", os.SameFile(direct, linked))
	return nil
}

// refusals are what fails wherever the files are.
func refusals(root string, out io.Writer) error {
	_, err := os.ReadFile(filepath.Join(root, "none"))
	fmt.Fprintln(out, "missing:", errors.Is(err, fs.ErrNotExist))
	_, err = os.ReadDir(filepath.Join(root, "static", "style.css"))
	fmt.Fprintln(out, "no directory:", err != nil)
	_, err = os.DirFS(root).Open("../main.go")
	fmt.Fprintln(out, "invalid:", errors.Is(err, fs.ErrInvalid))
	return nil
}

func firstLine(content []byte) string {
	line, _, _ := strings.Cut(string(content), "\n")
	return line
}
