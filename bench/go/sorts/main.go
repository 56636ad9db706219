// Sorts orders numbers, strings and structures: comparisons through generics,
// interfaces and closures.
package main

import (
	"slices"
	"sort"
	"strconv"

	"bench/internal/work"
)

const length = 50_000

type record struct {
	name string
	age  int
}

func main() {
	sum := work.NewSum()
	random := work.Random(2463534242)
	for range work.Rounds(20) {
		numbers := make([]int, length)
		names := make([]string, length)
		records := make([]record, length)
		for i := range length {
			numbers[i] = int(random.Next() >> 1)
			names[i] = strconv.FormatUint(random.Next(), 36)
			records[i] = record{names[i], random.Below(1000)}
		}
		slices.Sort(numbers)
		sort.Strings(names)
		sort.Slice(records, func(i, j int) bool {
			a, b := records[i], records[j]
			return a.age < b.age || a.age == b.age && a.name < b.name
		})
		for i := 0; i < length; i += 97 {
			sum.Add(uint64(numbers[i]))
			sum.Write([]byte(names[i]))
			sum.Write([]byte(records[i].name))
		}
	}
	sum.Print("sorts")
}
