// Sieve crosses out multiples in an array: loads and stores with bounds checks.
package main

import "bench/internal/work"

const limit = 1_000_000

func main() {
	sum := work.NewSum()
	composite := make([]bool, limit)
	for range work.Rounds(250) {
		clear(composite)
		primes := 0
		for n := 2; n < limit; n++ {
			if composite[n] {
				continue
			}
			primes++
			for multiple := n * n; multiple < limit; multiple += n {
				composite[multiple] = true
			}
		}
		sum.Add(uint64(primes))
	}
	sum.Print("sieve")
}
