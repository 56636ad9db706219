// Summarises web server logs: report [flags] LOG...
//
// It stands for the tools that people write in Go: it reads files, parses them
// concurrently, and prints text, JSON or compressed JSON. The same input gives
// the same output.
package main

import (
	"bufio"
	"compress/gzip"
	_ "embed"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

//go:embed sample.log
var sample string

func main() {
	if err := run(os.Args[1:], os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "report:", err)
		os.Exit(1)
	}
}

func run(args []string, stdin io.Reader, stdout io.Writer) error {
	flags := flag.NewFlagSet("report", flag.ContinueOnError)
	format := flags.String("format", "text", "text, json or gzip (compressed json)")
	workers := flags.Int("workers", 4, "how many goroutines parse")
	limit := flags.Duration("timeout", time.Minute, "give up after this long")
	generate := flags.Int("generate", 0, "read this many made-up lines instead of files")
	if err := flags.Parse(args); err != nil {
		return err
	}
	input, err := open(flags.Args(), *generate, stdin)
	if err != nil {
		return err
	}
	defer input.Close()

	report, err := summarise(input, *workers, *limit)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(stdout)
	if err := write(out, report, *format); err != nil {
		return err
	}
	return out.Flush()
}

// open returns the logs one after another: the named files, standard input for
// "-", or the sample where nothing is named.
func open(names []string, generate int, stdin io.Reader) (io.ReadCloser, error) {
	if generate > 0 {
		return io.NopCloser(newGenerator(generate)), nil
	}
	if len(names) == 0 {
		return io.NopCloser(strings.NewReader(sample)), nil
	}
	var readers []io.Reader
	var files closers
	for _, name := range names {
		if name == "-" {
			readers = append(readers, stdin)
			continue
		}
		file, err := os.Open(name)
		if err != nil {
			files.Close()
			return nil, err
		}
		files = append(files, file)
		readers = append(readers, file)
	}
	return struct {
		io.Reader
		io.Closer
	}{io.MultiReader(readers...), files}, nil
}

type closers []io.Closer

func (all closers) Close() error {
	for _, one := range all {
		one.Close()
	}
	return nil
}

func write(out io.Writer, report *Report, format string) error {
	switch format {
	case "text":
		return textTemplate.Execute(out, report)
	case "json":
		encoder := json.NewEncoder(out)
		encoder.SetIndent("", "  ")
		return encoder.Encode(report)
	case "gzip":
		packed := gzip.NewWriter(out)
		if err := json.NewEncoder(packed).Encode(report); err != nil {
			return err
		}
		return packed.Close()
	default:
		return fmt.Errorf("no format is called %q", format)
	}
}
