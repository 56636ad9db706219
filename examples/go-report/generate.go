package main

import (
	"fmt"
	"io"
	"math/rand"
	"strings"
	"time"
)

// generator makes up log lines, the same ones each time.
type generator struct {
	random *rand.Rand
	at     time.Time
	left   int
	buffer []byte
}

func newGenerator(lines int) io.Reader {
	return &generator{
		random: rand.New(rand.NewSource(1)),
		at:     time.Date(2024, time.February, 29, 8, 0, 0, 0, time.UTC),
		left:   lines,
	}
}

var (
	pages    = []string{"/", "/about", "/items/%d", "/items/%d/edit", "/blob/%08x", "/search?q=%d", "/static/app.js"}
	methods  = []string{"GET", "GET", "GET", "GET", "HEAD", "POST", "PUT"}
	statuses = []int{200, 200, 200, 200, 200, 204, 301, 304, 400, 403, 404, 500}
)

func (g *generator) Read(p []byte) (int, error) {
	for len(g.buffer) < len(p) && g.left > 0 {
		g.buffer = append(g.buffer, g.line()...)
		g.left--
	}
	if len(g.buffer) == 0 {
		return 0, io.EOF
	}
	n := copy(p, g.buffer)
	g.buffer = g.buffer[n:]
	return n, nil
}

func (g *generator) line() string {
	g.at = g.at.Add(time.Duration(g.random.Intn(20_000)) * time.Millisecond)
	if g.random.Intn(100) == 0 {
		return "# a line that is no request\n"
	}
	page := pages[g.random.Intn(len(pages))]
	if strings.Contains(page, "%") {
		page = fmt.Sprintf(page, g.random.Intn(5000))
	}
	return fmt.Sprintf("10.0.%d.%d - - [%s] \"%s %s HTTP/1.1\" %d %d\n",
		g.random.Intn(4), g.random.Intn(50), g.at.Format(timeForm),
		methods[g.random.Intn(len(methods))], page,
		statuses[g.random.Intn(len(statuses))], g.random.Intn(1<<16))
}
