package crm

import (
	"encoding/json"
	"os"
	"testing"
)

// readVector reads the named facts of testdata: inputs and figures as an established ERP computes them.
func readVector(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(name, err)
	}
}
