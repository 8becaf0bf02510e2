package main

import (
	"fmt"
	"net"
	"strconv"
)

// portFree says in one sentence that a port is taken, before a thousand goroutines find out separately.
func portFree(flagName string, port int) error {
	if port == 0 {
		return nil
	}
	l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
	if err != nil {
		return fmt.Errorf("port %d cannot be opened (%w): end the program that holds it or choose another with -%s", port, err, flagName)
	}
	return l.Close()
}

// freePort asks the system for a port for a service that only this process calls.
func freePort() (int, error) {
	l, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return 0, fmt.Errorf("no free port: %w", err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
