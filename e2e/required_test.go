package e2e

import (
	"fmt"
	"testing"

	"leadtocash/crm"
)

// A lead is neither qualified nor converted without what the rules require then; the verdict says what is missing.
func TestRequiredOfALead(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	l, _, err := s.store.CaptureLead(t.Context(), crm.Lead{Company: "Mute Srl", Language: "it", Source: "fair"}, crm.Touch{Channel: "form", Source: "contact", Raw: []byte(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	a := s.do(crm.LeadQualify, crm.KindLead, l.ID, person("manager"), crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))})
	if a.Code != "gate_refused" || a.Params["rule"] != "required" || a.Params["key"] != "qualify" {
		t.Fatalf("qualified: %+v", a)
	}
	s.exec(`update lead set phone = '+39 02 1234567' where id = $1`, l.ID)
	s.must(crm.LeadQualify, crm.KindLead, l.ID, person("manager"), crm.QualifyFields{Score: 80, OwnerID: crm.ID(person("sales"))})
	s.must(crm.LeadFeedback, crm.KindLead, l.ID, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackPositive})
	if a := s.do(crm.LeadConvert, crm.KindLead, l.ID, person("sales"), crm.ConvertFields{}); a.Code != "gate_refused" || a.Params["key"] != "convert" || a.Params["rule"] != "required" {
		t.Fatalf("converted: %+v", a)
	}
	s.exec(`update lead set contact_name = 'Ugo Muto' where id = $1`, l.ID)
	s.must(crm.LeadConvert, crm.KindLead, l.ID, person("sales"), crm.ConvertFields{})
}

// A row of a file is refused for what the rules require, with the column, and the other rows are taken (S063).
func TestRequiredOfARow(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	if _, err := s.store.ActivateRules(t.Context(), map[crm.RuleKind]string{crm.RuleRequired: "required:\n  lead: [filled(lead.contact)]\n"}, "test", ""); err != nil {
		t.Fatal(err)
	}
	m := s.bring("company,contact_name\nWith Srl,Ugo\nWithout Srl,\n")
	if m.Made != 1 || m.Refused != 1 {
		t.Fatalf("%+v", m)
	}
	rows, err := s.store.RefusedRows(t.Context(), m.ID, 10)
	if err != nil || len(rows) != 1 || len(rows[0].Problems) != 1 {
		t.Fatalf("%v %+v", err, rows)
	}
	if p := rows[0].Problems[0]; fmt.Sprint(p.Pointer, " ", p.Code) != "/contact_name required_by_rule" {
		t.Errorf("%+v", p)
	}
}
