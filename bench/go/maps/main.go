// Maps inserts, looks up and deletes: hashing and the runtime's maps.
package main

import (
	"strconv"

	"bench/internal/work"
)

const entries = 100_000

func main() {
	sum := work.NewSum()
	random := work.Random(88172645463325252)
	words := make([]string, entries)
	for i := range words {
		words[i] = "key-" + strconv.Itoa(random.Below(entries))
	}
	for range work.Rounds(18) {
		numbers := make(map[uint64]uint64)
		for i := range uint64(entries) {
			numbers[random.Next()%(2*entries)] += i
		}
		found := uint64(0)
		for i := range uint64(2 * entries) {
			if value, ok := numbers[i]; ok {
				found += value
			}
			if i%3 == 0 {
				delete(numbers, i)
			}
		}
		sum.Add(found)
		sum.Add(uint64(len(numbers)))
		counts := make(map[string]int)
		for _, word := range words {
			counts[word]++
		}
		most := 0
		for _, count := range counts {
			most = max(most, count)
		}
		sum.Add(uint64(most))
	}
	sum.Print("maps")
}
