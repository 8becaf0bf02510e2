package workflows_test

import (
	"encoding/base64"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"leadtocash/worker"

	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
)

// registry lets the worker's registration fill a replayer, and remembers which types there are.
type registry struct {
	sdk.WorkflowReplayer
	sdk.ActivityRegistry
	sdk.NexusServiceRegistry
	types map[string]bool
}

// RegisterWorkflow notes the type's name.
func (r registry) RegisterWorkflow(f any) {
	name := runtime.FuncForPC(reflect.ValueOf(f).Pointer()).Name()
	r.types[name[strings.LastIndex(name, ".")+1:]] = true
	r.WorkflowReplayer.RegisterWorkflow(f)
}

func newRegistry() registry {
	r := registry{WorkflowReplayer: sdk.NewWorkflowReplayer(), types: map[string]bool{}}
	worker.Register(r, nil)
	return r
}

func recorded(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/replay/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded histories: %v", err)
	}
	return files
}

// Every run that was recorded replays with the workflows as they are: a change that breaks running processes fails here (R9).
// Record anew, on purpose, with: bin/leadtocash with-stack -- go test ./e2e -run TestRecordHistories -update
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	quiet := log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	for _, file := range recorded(t) {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".json"), func(t *testing.T) {
			t.Parallel()
			if err := newRegistry().ReplayWorkflowHistoryFromJSONFile(quiet, file); err != nil {
				t.Error(err)
			}
		})
	}
}

// Every type of workflow that a worker registers has a recorded history, and the ends that matter have theirs.
func TestEveryWorkflowIsRecorded(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	for _, file := range recorded(t) {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		kind, _, _ := strings.Cut(name, "-")
		have[kind], have[name] = true, true
	}
	types := newRegistry().types
	if len(types) == 0 {
		t.Fatal("no types are registered")
	}
	for kind := range types {
		if !have[kind] {
			t.Errorf("no history of %s is recorded", kind)
		}
	}
	for _, name := range []string{
		"Lead-converted", "Lead-disqualified", "Lead-reassigned", "Lead-busy", "Opportunity-won", "Opportunity-rejected-approved",
		"Opportunity-lost", "Opportunity-reopened-lost", "Opportunity-quote-expired", "Opportunity-continued", "Opportunity-continuation", "Contract-closed", "Case-closed", "Case-reopened", "Case-lapsed",
		"Collection-settled", "Import-done", "RuleMigration-done", "ChaseOverdue-done", "Dispatch-mail-cancelled", "Dispatch-erp-cancelled",
	} {
		if !have[name] {
			t.Errorf("%s is not recorded", name)
		}
	}
}

// personal is what the recorded scenes write into fields that hold personal data, and whatever looks like an address.
var personal = regexp.MustCompile(`(?i)person|company|buyer|bianchi|via po|@|00743110157`)

// No personal data stand in a history: commands' contents and answers' names stay in the database (design: personal data).
func TestHistoriesHoldNoPersonalData(t *testing.T) {
	t.Parallel()
	for _, file := range recorded(t) {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var all any
		if err := json.Unmarshal(text, &all); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		texts := decoded(all, nil)
		if len(texts) < 10 {
			t.Fatalf("%s: only %d texts were read", file, len(texts))
		}
		for _, s := range texts {
			if hit := personal.FindString(s); hit != "" {
				t.Errorf("%s holds %q: %.200s", filepath.Base(file), hit, s)
			}
		}
	}
}

// decoded lists every text of a history, payloads as they were before they were packed.
func decoded(v any, into []string) []string {
	switch v := v.(type) {
	case string:
		return append(into, v)
	case []any:
		for _, each := range v {
			into = decoded(each, into)
		}
	case map[string]any:
		for name, each := range v {
			if text, ok := each.(string); ok && name == "data" {
				if plain, err := base64.StdEncoding.DecodeString(text); err == nil {
					each = string(plain)
				}
			}
			into = decoded(each, into)
		}
	}
	return into
}
