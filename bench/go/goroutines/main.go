// Goroutines starts many, lets them wait for each other, and unwinds some by
// panics: the scheduler, sync, select, defer and growing stacks.
package main

import (
	"sync"

	"bench/internal/work"
)

func deep(n int) int {
	var frame [8]int
	frame[n%8] = n
	if n == 0 {
		return 0
	}
	return deep(n-1) + frame[n%8]
}

func recovered(n int) (result int) {
	defer func() {
		if value, ok := recover().(int); ok {
			result = value
		}
	}()
	if n%2 == 0 {
		panic(n)
	}
	return n + 1
}

func crowd(size int) int {
	var group sync.WaitGroup
	var mutex sync.Mutex
	total := 0
	gate := make(chan struct{})
	for i := range size {
		group.Add(1)
		go func() {
			defer group.Done()
			<-gate
			value := deep(i%64) + recovered(i)
			mutex.Lock()
			defer mutex.Unlock()
			total += value
		}()
	}
	close(gate)
	group.Wait()
	return total
}

func race(rounds int) int {
	a, b, done := make(chan int), make(chan int), make(chan struct{})
	go func() {
		for i := range rounds {
			a <- i
		}
		close(done)
	}()
	go func() {
		for i := range rounds {
			b <- 3 * i
		}
		<-done
		close(b)
	}()
	total := 0
	for {
		select {
		case value := <-a:
			total += value
		case value, ok := <-b:
			if !ok {
				return total
			}
			total += value
		}
	}
}

func main() {
	sum := work.NewSum()
	for range work.Rounds(18) {
		sum.Add(uint64(crowd(10_000)))
		sum.Add(uint64(race(10_000)))
	}
	sum.Print("goroutines")
}
