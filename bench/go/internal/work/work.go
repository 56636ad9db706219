// Package work is what the benchmark programs share: how much there is to do,
// pseudo-random input that is the same everywhere, and a checksum to print.
package work

import (
	"fmt"
	"os"
	"strconv"
)

// Rounds tells how often a program repeats itself: all times, or as many percent
// of them as its first argument says, so that a test need not wait.
func Rounds(all int) int {
	if len(os.Args) < 2 {
		return all
	}
	percent, err := strconv.Atoi(os.Args[1])
	if err != nil || percent < 0 {
		fmt.Fprintf(os.Stderr, "%s: %q is no percentage of the work\n", os.Args[0], os.Args[1])
		os.Exit(2)
	}
	return max(all*percent/100, 1)
}

// Random is a xorshift generator; any value but 0 is a seed.
type Random uint64

func (r *Random) Next() uint64 {
	x := uint64(*r)
	x ^= x << 13
	x ^= x >> 7
	x ^= x << 17
	*r = Random(x)
	return x
}

// Below returns a number from 0 to n-1.
func (r *Random) Below(n int) int {
	return int(r.Next() >> 11 % uint64(n))
}

// Sum is a checksum (FNV-1a) of everything written to it.
type Sum uint64

func NewSum() *Sum {
	sum := Sum(14695981039346656037)
	return &sum
}

func (s *Sum) Write(data []byte) (int, error) {
	sum := uint64(*s)
	for _, b := range data {
		sum = (sum ^ uint64(b)) * 1099511628211
	}
	*s = Sum(sum)
	return len(data), nil
}

func (s *Sum) Add(value uint64) {
	*s = Sum((uint64(*s) ^ value) * 1099511628211)
}

// Print writes the one line by which outputs are compared.
func (s *Sum) Print(name string) {
	fmt.Printf("%s %016x\n", name, uint64(*s))
}
