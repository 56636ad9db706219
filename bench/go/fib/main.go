// Fib calls itself: the cost of a call.
package main

import "bench/internal/work"

func fib(n int) int {
	if n < 2 {
		return n
	}
	return fib(n-1) + fib(n-2)
}

func main() {
	sum := work.NewSum()
	for range work.Rounds(500) {
		sum.Add(uint64(fib(27)))
	}
	sum.Print("fib")
}
