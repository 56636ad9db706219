// Gosource parses Go files from standard input and prints them again, with
// go/parser and go/printer. Before each file is a line with its name and its
// size in bytes.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"io"
	"log"
	"os"

	"bench/internal/work"
)

type file struct {
	name string
	text []byte
}

func read() []file {
	var files []file
	input := bufio.NewReader(os.Stdin)
	for {
		var name string
		var size int
		_, err := fmt.Fscanf(input, "%s %d\n", &name, &size)
		if err == io.EOF {
			return files
		}
		text := make([]byte, size)
		if err == nil {
			_, err = io.ReadFull(input, text)
		}
		if err != nil {
			log.Fatal("reading Go files: ", err)
		}
		files = append(files, file{name, text})
	}
}

func main() {
	sum := work.NewSum()
	files := read()
	if len(files) == 0 {
		log.Fatal("no Go files on standard input")
	}
	for range work.Rounds(5) {
		set := token.NewFileSet()
		for _, file := range files {
			tree, err := parser.ParseFile(set, file.name, file.text, parser.ParseComments)
			if err != nil {
				log.Fatal(err)
			}
			ast.Inspect(tree, func(node ast.Node) bool {
				if name, ok := node.(*ast.Ident); ok {
					sum.Add(uint64(len(name.Name)))
				}
				return true
			})
			if err := printer.Fprint(sum, set, tree); err != nil {
				log.Fatal(err)
			}
		}
	}
	sum.Print("gosource")
}
