package e2e

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"leadtocash/crm"
)

// errLater is what a mail server says that is busy.
var errLater = errors.New("451 try later")

// nurtured are the nurture mails to a lead that left the house, by track and touch.
func (s *scene) nurtured(lead crm.ID) (keys []string) {
	for _, k := range s.mail.arrived() {
		if rest, ok := strings.CutPrefix(k, "mail/nurture/"+string(lead)+"/"); ok {
			keys = append(keys, rest)
		}
	}
	return keys
}

func agreed(l *crm.Lead) { l.Consent = true }

// TestNurture: timed mails over 60 days leave once each although no worker is there when they come due and another begins at every step; a track ends
// by itself, and a reply ends it before (S065, table A row 7).
func TestNurture(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	warm, cold, answers := s.came("Warm Srl", agreed), s.came("Cold Srl", agreed), s.came("Answer Srl", agreed)
	for lead, track := range map[crm.ID]string{warm: "warm", cold: "cold", answers: "cold"} {
		if a := s.must(crm.LeadNurture, crm.KindLead, lead, person("sales"), crm.NurtureFields{Track: track}); a.Params["track"] != track {
			t.Fatalf("%+v", a)
		}
	}
	for _, step := range []struct {
		at                  string
		warm, cold, answers []string
	}{
		{"2026-03-04 08:30", nil, nil, nil},
		{"2026-03-04 09:01", []string{"warm/hello"}, nil, nil},
		{"2026-03-11 12:00", []string{"warm/hello", "warm/case"}, nil, nil},
		{"2026-03-16 12:00", []string{"warm/hello", "warm/case"}, []string{"cold/case"}, []string{"cold/case"}},
		{"2026-03-25 12:00", []string{"warm/hello", "warm/case", "warm/last"}, []string{"cold/case"}, []string{"cold/case"}},
		{"2026-05-04 12:00", []string{"warm/hello", "warm/case", "warm/last"}, []string{"cold/case", "cold/last"}, []string{"cold/case"}},
	} {
		s.stop() // the clock moves while nobody works
		s.forward(step.at)
		s.stop = s.work()
		s.settle()
		for lead, want := range map[crm.ID][]string{warm: step.warm, cold: step.cold, answers: step.answers} {
			if got := s.nurtured(lead); !slices.Equal(got, want) {
				t.Fatalf("until %s: %v, want %v", step.at, got, want)
			}
		}
		if strings.HasPrefix(step.at, "2026-03-25") {
			s.answer(answers, crm.AnswerReply)
		}
	}
	if step := ask[string](s, `select step from process where record_id = $1`, warm); step != "qualify" {
		t.Fatalf("after its track the lead waits in %s", step)
	}
	if again := s.do(crm.LeadNurture, crm.KindLead, warm, person("sales"), crm.NurtureFields{Track: "warm"}); again.Code != "nothing_to_send" {
		t.Fatalf("the same mails were planned twice: %+v", again)
	}
}

// TestNurtureStops: a reply, a bounce, an unsubscription, and whatever moves the lead on end the mails (S065).
func TestNurtureStops(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	stops := map[string]func(crm.ID){
		"reply":       func(id crm.ID) { s.answer(id, crm.AnswerReply) },
		"bounce":      func(id crm.ID) { s.answer(id, crm.AnswerBounce) },
		"unsubscribe": func(id crm.ID) { s.answer(id, crm.AnswerUnsubscribe) },
		"qualified":   func(id crm.ID) { s.must(crm.LeadQualify, crm.KindLead, id, person("manager"), crm.QualifyFields{}) },
		"disqualified": func(id crm.ID) {
			s.must(crm.LeadDisqualify, crm.KindLead, id, person("manager"), crm.ReasonFields{Reason: "no_need"})
		},
	}
	leads := map[string]crm.ID{}
	for how := range stops {
		leads[how] = s.came("Stop "+how, agreed)
		s.must(crm.LeadNurture, crm.KindLead, leads[how], person("sales"), crm.NurtureFields{Track: "warm"})
	}
	s.until("2026-03-04 12:00")
	for how, id := range leads {
		if got := s.nurtured(id); !slices.Equal(got, []string{"warm/hello"}) {
			t.Fatalf("%s: %v", how, got)
		}
		stops[how](id)
	}
	s.until("2026-05-20 12:00")
	for how, id := range leads {
		if got := s.nurtured(id); len(got) != 1 {
			t.Errorf("%s did not stop the mails: %v", how, got)
		}
		if why := ask[string](s, `select data->>'why' from timeline where process = $1 and code = 'lead.nurture_stopped'`, crm.ProcessID(crm.KindLead, id)); why != how {
			t.Errorf("%s is told as %s", how, why)
		}
	}
	for _, how := range []string{"bounce", "unsubscribe"} {
		if a := s.do(crm.LeadNurture, crm.KindLead, leads[how], person("sales"), crm.NurtureFields{}); a.Code != "gate_refused" {
			t.Errorf("after a %s: %+v", how, a)
		}
	}
}

func (s *scene) answer(lead crm.ID, kind crm.AnswerKind) {
	s.t.Helper()
	s.must(crm.LeadAnswered, crm.KindLead, lead, person("sales"), crm.AnsweredFields{Kind: kind})
}

// TestNoConsentNoMail: without consent the clause is named and nothing leaves; a lead that is turned down is recycled only with it.
func TestNoConsentNoMail(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	silent, warm := s.came("Silent Srl"), s.came("Warm Srl", agreed)
	if a := s.do(crm.LeadNurture, crm.KindLead, silent, person("sales"), crm.NurtureFields{}); a.Code != "gate_refused" || a.Params["rule"] != "nurture" {
		t.Fatalf("%+v", a)
	}
	v, err := s.store.VerdictOf(t.Context(), ask[string](s, `select id from command where kind = 'lead.nurture'`), crm.RuleNurture)
	if err != nil || len(v.Failing()) != 1 || v.Failing()[0].ID != "nurture.consent" {
		t.Fatalf("%+v %v", v.Failing(), err)
	}
	for _, id := range []crm.ID{silent, warm} {
		s.must(crm.LeadQualify, crm.KindLead, id, person("manager"), crm.QualifyFields{OwnerID: crm.ID(person("sales"))})
		s.must(crm.LeadFeedback, crm.KindLead, id, person("sales"), crm.FeedbackFields{Feedback: crm.FeedbackNegative, Note: "Next year"})
	}
	s.until("2026-06-20 12:00")
	if got := s.nurtured(silent); len(got) > 0 {
		t.Fatalf("without consent %v left", got)
	}
	if got := s.nurtured(warm); !slices.Equal(got, []string{"warm/hello", "warm/case", "warm/last"}) {
		t.Fatalf("recycled: %v", got)
	}
}

// TestStopCancelsWhatIsWaiting: a mail that is written and has not left goes with the unsubscription.
func TestStopCancelsWhatIsWaiting(t *testing.T) {
	t.Parallel()
	s := newScene(t, "2026-03-02 10:00")
	lead := s.came("Quick Srl", agreed)
	s.must(crm.LeadNurture, crm.KindLead, lead, person("sales"), crm.NurtureFields{Track: "warm"})
	s.mail.block(func(key string) error {
		if strings.HasPrefix(key, "mail/nurture/") {
			return errLater
		}
		return nil
	})
	s.until("2026-03-04 12:00")
	s.answer(lead, crm.AnswerUnsubscribe)
	s.mail.block(nil)
	s.eventually("the mail is cancelled", func() bool {
		return ask[string](s, `select state from effect where process = $1`, crm.ProcessID(crm.KindLead, lead)) == "cancelled"
	})
	if got := s.nurtured(lead); len(got) > 0 {
		t.Fatalf("%v left", got)
	}
}
