//go:build !linux

package stack

// sharedMemoryHeld cannot be known here; PostgreSQL refuses to start too early and is tried again.
func sharedMemoryHeld(string) bool { return false }
