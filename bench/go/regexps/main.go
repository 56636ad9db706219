// Regexps searches a log with regexp: the backtracker, the one-pass matcher and
// the NFA.
package main

import (
	"fmt"
	"regexp"
	"strings"

	"bench/internal/work"
)

var patterns = []*regexp.Regexp{
	regexp.MustCompile(`(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})`),
	regexp.MustCompile(`^(\S+) - \[([^\]]+)\] "(GET|POST|PUT) ([^"]*)" (\d{3}) (\d+)$`),
	regexp.MustCompile(`(?i)[a-z0-9._%+-]+@[a-z0-9.-]+\.[a-z]{2,}`),
	regexp.MustCompile(`/(?:api|static)/v(\d+)/(?P<name>[a-z]+)(?:\?(.*?))?"`),
	regexp.MustCompile(`(a|ab|abc|b|bc)*cd`),
}

func line(random *work.Random) string {
	return fmt.Sprintf(`%d.%d.%d.%d - [%02d/Jan/2026:%02d:%02d] "%s /%s/v%d/%s?user=%s@example.org&x=%x" %d %d`,
		random.Below(256), random.Below(256), random.Below(256), random.Below(256),
		random.Below(31)+1, random.Below(24), random.Below(60),
		[]string{"GET", "POST", "PUT", "HEAD"}[random.Below(4)], []string{"api", "static", "other"}[random.Below(3)],
		random.Below(5), []string{"users", "orders", "abcabcd"}[random.Below(3)], []string{"ann", "Bob.B", "c"}[random.Below(3)],
		random.Next(), 200+random.Below(300), random.Below(100_000))
}

func main() {
	sum := work.NewSum()
	random := work.Random(521288629)
	lines := make([]string, 1000)
	for i := range lines {
		lines[i] = line(&random)
	}
	for range work.Rounds(26) {
		for _, text := range lines {
			for _, pattern := range patterns {
				for _, index := range pattern.FindStringSubmatchIndex(text) {
					sum.Add(uint64(index))
				}
			}
		}
		all := strings.Join(lines, "\n")
		sum.Add(uint64(len(patterns[2].ReplaceAllString(all, "<$0>"))))
		sum.Add(uint64(len(patterns[0].FindAllStringIndex(all, -1))))
	}
	sum.Print("regexps")
}
