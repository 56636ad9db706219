// Serves every listener that it was started with. The first line of a
// connection says what to do with the rest of it.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"time"
)

func main() {
	listeners := 0
	for fd := uintptr(3); ; fd++ {
		file := os.NewFile(fd, "")
		listener, err := net.FileListener(file)
		if errors.Is(err, syscall.EBADF) {
			break
		}
		if err != nil {
			continue // A directory.
		}
		listeners++
		go serve(listener)
	}
	fmt.Println("listeners", listeners)
	select {}
}

func serve(listener net.Listener) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			fmt.Println("accept", err)
			os.Exit(1)
		}
		go talk(conn.(*net.TCPConn))
	}
}

func talk(conn *net.TCPConn) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	command, err := reader.ReadString('\n')
	if err != nil {
		fmt.Println("command", err)
		return
	}
	switch command {
	case "echo\n":
		_, err = io.Copy(conn, reader)
		check(err)
		check(conn.CloseWrite())
	case "deadline\n":
		check(conn.SetReadDeadline(time.Now().Add(30 * time.Millisecond)))
		_, err := reader.ReadByte()
		fmt.Fprintln(conn, errors.Is(err, os.ErrDeadlineExceeded))
	case "reset\n":
		// The other side closes without reading, so that the kernel resets.
		block := make([]byte, 1<<16)
		for err == nil {
			_, err = conn.Write(block)
		}
		fmt.Println("reset", errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET))
	case "quit\n":
		os.Exit(0)
	}
}

func check(err error) {
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
}
