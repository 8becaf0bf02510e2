package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// draftForm is a draft of a text with its form open, sound as a page.
func (s *scene) draftForm(kind, source string) (string, *browser, document) {
	s.t.Helper()
	id := string(s.made("sales_ops", "/api/v1/rules/drafts", fmt.Sprintf(`{"kind":%q,"source":%q}`, kind, source)))
	b := s.browser("sales_ops")
	d := b.open("/rules/drafts/"+id, http.StatusOK)
	d.sound("en")
	return id, b, d
}

// S079: the levels of an approval route are edited by form with all that the text knows of them, each mistake is told at its field and keeps what
// was typed, levels stand in the order of their places, and conditions and comments stay.
func TestApprovalRouteByForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	draft, b, d := s.draftForm("approval", "approval:\n  levels:\n    # close to the customer\n    - {key: lead, name: Team lead, role: sales_manager, limit: 50000.00, when: order.total > 10}\n    - {key: board, name: Board, role: admin, need: 7, within: 1.5}\n")
	at := "/rules/drafts/" + draft
	d.want("legend", "Team lead")
	d.want("div", "7 of them")
	d.want("div", "1.5 working hours, then also Administrator")
	form := func(pairs ...string) url.Values {
		v := url.Values{"version": {"1"}, "escalate": {"admin"}, "key-0": {"lead"}, "key-1": {"board"}, "key-2": {""}, "need-2": {"1"}}
		v.Set("place-0", "1")
		v.Set("place-1", "2")
		for name, values := range map[string][]string{"level-%d.en": {"Team lead", "Board"}, "role-%d": {"sales_manager", "admin"}, "limit-%d": {"50000", ""}, "need-%d": {"1", "7"}, "within-%d": {"", "1.5"}} {
			for i, text := range values {
				v.Set(fmt.Sprintf(name, i), text)
			}
		}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, wrong := range [][]string{
		{"place-0", "0"},
		{"limit-0", "-1"},
		{"limit-0", "much"},
		{"need-1", "0"},
		{"need-1", "21"},
		{"within-1", "1001"},
		{"within-1", "0.001"},
		{"level-1.en", ""},
		{"role-1", ""},
		{"role-1", "boss"},
		{"then-1", "boss"},
		{"escalate", "boss"},
		{"person-1", "anna@demo.example"},
		{"person-1", "anna", "role-1", "", "need-1", "1"},
		{"need-1", "2", "person-1", "anna@demo.example", "role-1", ""},
		{"role-2", "", "level-2.en", "Only a name"},
		{"level-2.en", "", "role-2", "admin"},
		{"limit-0", "1.234567"},
	} {
		rec := b.send(http.MethodPost, at+"/route", form(wrong...))
		page := rec.Body.String()
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-`+strings.ReplaceAll(wrong[0], ".", "-")+`-err"`) || !strings.Contains(page, `value="Team lead"`) {
			t.Errorf("%q: status %d", wrong, rec.Code)
		}
	}
	status(t, b.send(http.MethodPost, at+"/route", form("place-0", "3", "lead-0", "true", "then-1", "finance", "within-1", "8", "need-1", "all", "beside-1", "true", "level-2.en", "Owner", "level-2.it", "Titolare", "person-2", "anna@demo.example", "escalate", "finance")), http.StatusSeeOther)
	got := fmt.Sprint(s.do("sales_ops", http.MethodGet, "/api/v1/rules/drafts/"+draft, "", http.StatusOK)["source"])
	want := `approval:
  levels:
    - key: board
      name:
        en: Board
      role: admin
      need: all
      parallel: true
      within: 8
      escalate: finance
    # close to the customer
    - key: lead
      name:
        en: Team lead
      role: sales_manager
      team_lead: true
      limit: 50000
      when: order.total > 10
    - key: owner
      name:
        en: Owner
        it: Titolare
      person: anna@demo.example
  escalate: finance
`
	if got != want {
		t.Errorf("%s", got)
	}
	status(t, b.send(http.MethodPost, at+"/route", form("gone-0", "true")), http.StatusPreconditionFailed)
	status(t, b.send(http.MethodPost, "/rules/drafts/"+string(s.draft)+"/route", form()), http.StatusOK)
}
