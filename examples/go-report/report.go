package main

import (
	"fmt"
	"math"
	"sort"
	"strings"
	"text/template"
	"time"
)

// Report is what is printed; its JSON form has these names.
type Report struct {
	Requests int         `json:"requests"`
	Rejected int         `json:"rejected"`
	Bytes    int64       `json:"bytes"`
	First    time.Time   `json:"first"`
	Last     time.Time   `json:"last"`
	Statuses map[int]int `json:"statuses"`
	Paths    []Count     `json:"paths"`
	Clients  []Count     `json:"clients"`
	Hours    [24]int     `json:"hours"`
	Digest   string      `json:"sha256"`
}

// Count is how often something occurred, and its share of all requests.
type Count struct {
	Name  string  `json:"name"`
	Times int     `json:"times"`
	Share float64 `json:"share"`
}

const topLen = 10

// Span is the time from the first request to the last.
func (r *Report) Span() time.Duration { return r.Last.Sub(r.First) }

type tally struct {
	requests, rejected int
	bytes              int64
	first, last        time.Time
	statuses           map[int]int
	paths, clients     map[string]int
	hours              [24]int
}

func newTally() *tally {
	return &tally{statuses: map[int]int{}, paths: map[string]int{}, clients: map[string]int{}}
}

func (t *tally) add(line string) {
	if strings.TrimSpace(line) == "" {
		return
	}
	entry, err := parseLine(line)
	if err != nil {
		t.rejected++
		return
	}
	t.requests++
	t.bytes += entry.Bytes
	t.statuses[entry.Status]++
	t.paths[entry.Method+" "+entry.Path]++
	t.clients[entry.Client]++
	t.hours[entry.At.Hour()]++
	t.spanTo(entry.At, entry.At)
}

func (t *tally) spanTo(first, last time.Time) {
	if t.first.IsZero() || first.Before(t.first) {
		t.first = first
	}
	if last.After(t.last) {
		t.last = last
	}
}

func (t *tally) merge(other *tally) {
	t.rejected += other.rejected
	if other.requests == 0 {
		return
	}
	t.requests += other.requests
	t.bytes += other.bytes
	t.spanTo(other.first, other.last)
	addAll(t.statuses, other.statuses)
	addAll(t.paths, other.paths)
	addAll(t.clients, other.clients)
	for hour, times := range other.hours {
		t.hours[hour] += times
	}
}

func addAll[K comparable](to, from map[K]int) {
	for key, times := range from {
		to[key] += times
	}
}

func (t *tally) report() *Report {
	return &Report{
		Requests: t.requests,
		Rejected: t.rejected,
		Bytes:    t.bytes,
		First:    t.first,
		Last:     t.last,
		Statuses: t.statuses,
		Paths:    top(t.paths, t.requests),
		Clients:  top(t.clients, t.requests),
		Hours:    t.hours,
	}
}

// top returns the most frequent names, in an order that does not depend on
// the map's.
func top(times map[string]int, total int) []Count {
	counts := make([]Count, 0, len(times))
	for name, n := range times {
		share := math.Round(1e4*float64(n)/float64(total)) / 1e2
		counts = append(counts, Count{name, n, share})
	}
	sort.Slice(counts, func(i, j int) bool {
		if counts[i].Times != counts[j].Times {
			return counts[i].Times > counts[j].Times
		}
		return counts[i].Name < counts[j].Name
	})
	if len(counts) > topLen {
		counts = counts[:topLen]
	}
	return counts
}

func bar(times int, all [24]int) string {
	most := 1
	for _, n := range all {
		most = max2(most, n)
	}
	return strings.Repeat("#", (times*40+most-1)/most)
}

func max2(a, b int) int {
	if a > b {
		return a
	}
	return b
}

func size(bytes int64) string {
	value, unit := float64(bytes), 0
	for value >= 1024 && unit < 4 {
		value /= 1024
		unit++
	}
	return fmt.Sprintf("%.1f %s", value, []string{"B", "KiB", "MiB", "GiB", "TiB"}[unit])
}

var textTemplate = template.Must(template.New("report").Funcs(template.FuncMap{
	"bar":  bar,
	"size": size,
}).Parse(`{{.Requests}} requests, {{.Rejected}} lines rejected, {{size .Bytes}} in {{.Span}}
{{if .Requests}}from {{.First.Format "Mon 2 Jan 2006 15:04:05 MST"}}

Status
{{range $status, $times := .Statuses}}  {{$status}} {{printf "%7d" $times}}
{{end}}
Paths
{{range .Paths}}{{template "count" .}}{{end}}
Clients
{{range .Clients}}{{template "count" .}}{{end}}
Hours
{{range $hour, $times := .Hours}}{{if $times}}  {{printf "%02d %7d" $hour $times}} {{bar $times $.Hours}}
{{end}}{{end}}
{{- end}}
sha256 {{.Digest}}
{{define "count"}}  {{printf "%7d %6.2f%%" .Times .Share}}  {{.Name}}
{{end}}`))
