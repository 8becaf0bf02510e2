package main

import (
	"os"
	"runtime/debug"
)

// The collector's pace: steps are short and leave much behind, so collecting at twice the live heap, as Go does by itself, costs a fifth of
// the processor. Above the limit, in bytes, it collects as often as it must. GOGC and GOMEMLIMIT in the environment stand above both.
const (
	collectAt   = 400
	memoryLimit = 768 << 20
)

func tuneMemory() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(collectAt)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
