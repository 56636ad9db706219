// Goldmark renders Markdown from standard input with github.com/yuin/goldmark
// and its extensions, as often as its argument says, and writes the last result.
package main

import (
	"bytes"
	"io"
	"log"
	"os"
	"strconv"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
)

func main() {
	if len(os.Args) != 2 {
		log.Fatal("usage: goldmark ROUNDS <MARKDOWN")
	}
	rounds, err := strconv.Atoi(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		log.Fatal(err)
	}
	markdown := goldmark.New(
		goldmark.WithExtensions(extension.GFM, extension.Footnote, extension.Typographer),
		goldmark.WithParserOptions(parser.WithAutoHeadingID()),
	)
	var page bytes.Buffer
	for range rounds {
		page.Reset()
		if err := markdown.Convert(text, &page); err != nil {
			log.Fatal(err)
		}
	}
	os.Stdout.Write(page.Bytes())
}
