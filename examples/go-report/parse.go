package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Entry is one request.
type Entry struct {
	Client string
	At     time.Time
	Method string
	Path   string
	Status int
	Bytes  int64
}

var (
	// The common log format: client - user [time] "request" status bytes.
	lineForm = regexp.MustCompile(`^(\S+) \S+ \S+ \[([^\]]+)\] "([A-Z]+) (\S+)(?: HTTP/[\d.]+)?" (\d{3}) (\d+|-)`)
	// Identifiers in paths: numbers and long hexadecimal words.
	identifier = regexp.MustCompile(`/(?:\d+|[0-9a-f]{8,})(/|$)`)
)

const timeForm = "02/Jan/2006:15:04:05 -0700"

func parseLine(line string) (Entry, error) {
	match := lineForm.FindStringSubmatch(line)
	if match == nil {
		return Entry{}, fmt.Errorf("not a log line: %.40q", line)
	}
	at, err := time.Parse(timeForm, match[2])
	if err != nil {
		return Entry{}, err
	}
	target, err := url.Parse(match[4])
	if err != nil {
		return Entry{}, err
	}
	status, err := strconv.Atoi(match[5])
	if err != nil {
		return Entry{}, err
	}
	size, _ := strconv.ParseInt(strings.ReplaceAll(match[6], "-", "0"), 10, 64)
	path := identifier.ReplaceAllString(target.Path, "/{id}$1")
	return Entry{match[1], at.UTC(), match[3], path, status, size}, nil
}

// summarise parses lines on several goroutines and adds up what they find.
func summarise(input io.Reader, workers int, limit time.Duration) (*Report, error) {
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	if workers < 1 {
		return nil, fmt.Errorf("%d workers cannot do anything", workers)
	}

	digest := sha256.New()
	lines := make(chan string, 256)
	partial := make(chan *tally, workers)
	var readErr error
	go func() {
		defer close(lines)
		scanner := bufio.NewScanner(io.TeeReader(input, digest))
		for scanner.Scan() {
			select {
			case lines <- scanner.Text():
			case <-ctx.Done():
				readErr = ctx.Err()
				return
			}
		}
		readErr = scanner.Err()
	}()

	var group sync.WaitGroup
	for i := 0; i < workers; i++ {
		group.Add(1)
		go func() {
			defer group.Done()
			counts := newTally()
			for line := range lines {
				counts.add(line)
			}
			partial <- counts
		}()
	}
	group.Wait()
	close(partial)
	if readErr != nil {
		return nil, readErr
	}

	total := newTally()
	for counts := range partial {
		total.merge(counts)
	}
	report := total.report()
	report.Digest = hex.EncodeToString(digest.Sum(nil))
	return report, nil
}
