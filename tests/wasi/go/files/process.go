package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Timers and goroutines, which all wait in one poll_oneoff.
func timers() {
	start := time.Now()
	time.Sleep(5 * time.Millisecond)
	check(time.Since(start) >= 5*time.Millisecond, "slept %v", time.Since(start))

	var order []int
	var mutex sync.Mutex
	var group sync.WaitGroup
	// Far apart: a busy machine may let a process wait for long.
	for _, place := range []int{3, 1, 2} {
		group.Add(1)
		go func(place int) {
			defer group.Done()
			time.Sleep(time.Duration(place) * 120 * time.Millisecond)
			mutex.Lock()
			order = append(order, place)
			mutex.Unlock()
		}(place)
	}
	group.Wait()
	equal(order, []int{1, 2, 3})

	ticker, ticks := time.NewTicker(2*time.Millisecond), 0
	deadline, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	for running := true; running; {
		select {
		case <-ticker.C:
			ticks++
		case <-deadline.Done():
			running = false
		}
	}
	check(ticks >= 3, "%d ticks", ticks)
	now := time.Now()
	check(now.Year() >= 2024 && now.Unix() > 0, "it is %v", now)
}

func process() {
	equal(os.Getenv("GIVEN"), "")
	_, isSet := os.LookupEnv("MISSING")
	check(!isSet, "a variable that is not set")
	equal(os.Getenv("PWD"), here)
	bytes := make([]byte, 100)
	_, err := rand.Read(bytes)
	ok(err)
	sum := 0
	for _, value := range bytes {
		sum += int(value)
	}
	check(sum > 1000, "random bytes add up to %d", sum)
	_, err = io.ReadAll(os.Stdin)
	ok(err)
	info, err := os.Stdout.Stat()
	ok(err)
	check(info.Mode()&os.ModeCharDevice == 0, "a pipe is a terminal: %v", info.Mode())
}

// Reads ten bytes of standard input; meanwhile others run.
func stdin() {
	var ticks atomic.Int32
	done := make(chan bool)
	go func() {
		for i := 0; i < 5; i++ {
			time.Sleep(2 * time.Millisecond)
			ticks.Add(1)
		}
		done <- true
	}()
	read := make(chan string)
	go func() {
		bytes := make([]byte, 10)
		_, err := io.ReadFull(os.Stdin, bytes)
		ok(err)
		read <- string(bytes)
	}()
	select {
	case <-done:
	case text := <-read:
		check(false, "read %q before there was anything", text)
	}
	equal(ticks.Load(), int32(5))
	fmt.Println("ready")
	equal(<-read, "0123456789")
}
