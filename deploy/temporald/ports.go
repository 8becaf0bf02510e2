package main

import (
	"fmt"
	"math/rand/v2"
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

// freePort finds a port for a service that only this process calls. It is below the range from which the system serves
// outgoing connections: dozens go to the database before the service opens its port. It is none of those promised already.
func freePort(promised map[int]bool) (int, error) {
	var err error
	for range 100 {
		port := 20000 + rand.IntN(12000)
		if promised[port] {
			continue
		}
		var l net.Listener
		if l, err = net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port))); err == nil {
			return port, l.Close()
		}
	}
	return 0, fmt.Errorf("no free port: %w", err)
}
