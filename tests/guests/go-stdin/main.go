// Counts on standard output while it waits for a line on standard input.
package main

import (
	"bufio"
	"fmt"
	"os"
	"time"
)

func main() {
	go func() {
		for tick := 0; ; tick++ {
			fmt.Println("tick", tick)
			time.Sleep(5 * time.Millisecond)
		}
	}()
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Print("line ", line)
}
