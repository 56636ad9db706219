// Channels passes values through chains of goroutines: switching between them.
package main

import "bench/internal/work"

func filter(in <-chan int, out chan<- int, prime int) {
	for value := range in {
		if value%prime != 0 {
			out <- value
		}
	}
	close(out)
}

// sieve finds primes below limit by one goroutine for each.
func sieve(limit, buffer int, sum *work.Sum) {
	numbers := make(chan int, buffer)
	go func() {
		for n := 2; n < limit; n++ {
			numbers <- n
		}
		close(numbers)
	}()
	for in := numbers; ; {
		prime, ok := <-in
		if !ok {
			return
		}
		sum.Add(uint64(prime))
		out := make(chan int, buffer)
		go filter(in, out, prime)
		in = out
	}
}

func main() {
	sum := work.NewSum()
	for range work.Rounds(48) {
		sieve(2000, 0, sum)
		sieve(2000, 16, sum)
	}
	sum.Print("channels")
}
