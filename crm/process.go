package crm

import (
	"strings"
	"time"
)

// Kind is a kind of record that lives through a durable process.
type Kind string

// The kinds of processes. The process's id is "<kind>-<uuid of the record>".
const (
	KindLead        Kind = "lead"
	KindOpportunity Kind = "opportunity"
	KindContract    Kind = "contract"
	KindCollection  Kind = "collection" // the uuid is the account's
	KindImport      Kind = "import"     // a file of leads
	KindCase        Kind = "case"

	KindRuleMigration Kind = "rulemigration" // running processes on their way to another version of their rules
)

// ProcessID names the process of a record.
func ProcessID(k Kind, id ID) string { return string(k) + "-" + string(id) }

// SplitProcessID gives back kind and record id.
func SplitProcessID(process string) (Kind, ID) {
	k, id, _ := strings.Cut(process, "-")
	return Kind(k), ID(id)
}

// Step is one of the 23 steps of the mission (section 2, decision 3).
type Step string

// The steps, block by block.
const (
	StepCapture  Step = "capture"
	StepQualify  Step = "qualify"
	StepNurture  Step = "nurture"
	StepAssign   Step = "assign"
	StepConvert  Step = "convert"
	StepIdentify Step = "identify"
	StepTiming   Step = "timing"
	StepSamples  Step = "samples"

	StepConfigure Step = "configure"
	StepSend      Step = "send"
	StepForecast  Step = "forecast"

	StepNegotiate Step = "negotiate"
	StepMonitor   Step = "monitor"
	StepValidate  Step = "validate"
	StepApprove   Step = "approve"
	StepContract  Step = "contract"
	StepERP       Step = "erp"

	StepProject       Step = "project"
	StepPNL           Step = "pnl"
	StepCloseProject  Step = "close_project"
	StepCare          Step = "care"
	StepRevenue       Step = "revenue"
	StepCloseContract Step = "close_contract"
)

// Process is the row of a durable process: where it stands and what it waits for.
// The engine keeps a copy as its state, which can always be rebuilt from the row.
type Process struct {
	ID       string     `json:"id"`
	Step     Step       `json:"step"`
	Version  int        `json:"version"` // rises with every change
	Deadline *time.Time `json:"deadline,omitempty"`
	Closed   bool       `json:"closed,omitempty"`
	// Shift is business time minus real time when the row was read; it is not 0 only where the development clock was moved.
	Shift time.Duration `json:"shift,omitempty"`
}
