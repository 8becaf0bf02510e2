package api

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// S091: a dunning policy is edited by form, each mistake is told at its field and keeps what was typed, letters stand in the order of their days.
func TestDunningByForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	draft, b, d := s.draftForm("dunning", "dunning:\n  grace_days: 3\n  levels:\n    - {key: one, name: Reminder, days: 7}\n    # last\n    - {key: two, name: Notice, days: 21, fee: 10}\n")
	at := "/rules/drafts/" + draft
	d.want("legend", "Reminder")
	if limit := d.byID("f-write_off_limit"); limit == nil || attr(limit, "value") != "" {
		t.Error("no limit is not shown as an empty one")
	}
	form := func(pairs ...string) url.Values {
		v := url.Values{"version": {"1"}, "grace_days": {"5"}, "min_amount": {"2.50"}, "write_off_limit": {"50"}, "key-0": {"one"}, "key-1": {"two"}, "key-2": {""}, "level-0.en": {"Reminder"}, "days-0": {"30"}, "fee-0": {"0"}, "level-1.en": {"Notice"}, "days-1": {"21"}, "fee-1": {"10"}}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for field, value := range map[string]string{
		"grace_days": "-1", "min_amount": "-0.01", "return_fee": "-1", "write_off_limit": "-1", "days-0": "three", "days-1": "3651", "fee-1": "-1", "level-0.en": "", "days-2": "31", "level-2.en": "Only a name", "fee-0": "1e9",
	} {
		rec := b.send(http.MethodPost, at+"/dunning", form(field, value))
		page := rec.Body.String()
		wrong := map[string]string{"level-2.en": "days-2", "days-2": "level-2.en"}[field]
		if wrong == "" {
			wrong = field
		}
		if rec.Code != http.StatusUnprocessableEntity || !strings.Contains(page, `id="f-`+strings.ReplaceAll(wrong, ".", "-")+`-err"`) || !strings.Contains(page, `value="Notice"`) {
			t.Errorf("%s %q: status %d", field, value, rec.Code)
		}
	}
	status(t, b.send(http.MethodPost, at+"/dunning", form("days-2", "21", "level-2.en", "Twice")), http.StatusUnprocessableEntity)
	status(t, b.send(http.MethodPost, at+"/dunning", form("level-2.en", "Final: now", "days-2", "60", "fee-2", "40.5", "level-2.it", "Diffida", "return_fee", "7.50")), http.StatusSeeOther)
	got := fmt.Sprint(s.do("sales_ops", http.MethodGet, "/api/v1/rules/drafts/"+draft, "", http.StatusOK)["source"])
	want := `dunning:
  grace_days: 5
  write_off_limit: 50
  return_fee: 7.5
  min_amount: 2.5
  levels:
    # last
    - {key: two, name: Notice, days: 21, fee: 10}
    - key: one
      name:
        en: Reminder
      days: 30
      channel: mail
    - key: final_now
      name:
        en: 'Final: now'
        it: Diffida
      days: 60
      channel: mail
      fee: 40.5
`
	if got != want {
		t.Errorf("%s", got)
	}
	if page := b.send(http.MethodGet, at+"?view=form", nil).Body.String(); !strings.Contains(page, `value="7.5"`) && !strings.Contains(page, `value="7.50"`) {
		t.Error("the form does not say the fee of a payment that came back")
	}
	status(t, b.send(http.MethodPost, at+"/dunning", form("gone-0", "true")), http.StatusPreconditionFailed)
	status(t, b.send(http.MethodPost, "/rules/drafts/"+string(s.draft)+"/dunning", form()), http.StatusOK)
}

// S091: the policies of debtors who meet conditions are added, put in order and taken out by form; a condition that is none is told at its field.
func TestPoliciesByForm(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	draft, b, d := s.draftForm("dunning", "dunning:\n  policies:\n    # the law\n    - key: public\n      name: Public\n      when: customer.class == \"public\"\n      levels: []\n  levels:\n    - {key: one, name: Reminder, days: 7}\n")
	at := "/rules/drafts/" + draft + "/dunning"
	d.want("legend", "Public")
	form := func(when string) url.Values {
		return url.Values{
			"version": {"1"}, "grace_days": {"0"}, "min_amount": {"0"}, "return_fee": {""}, "key-0": {"one"}, "level-0.en": {"Reminder"}, "days-0": {"7"}, "key-1": {""},
			"policy-key-0": {"public"}, "policy-0.en": {"Public"}, "policy-when-0": {`customer.class == "public"`}, "policy-place-0": {"2"}, "policy-grace-0": {"0"}, "policy-least-0": {"0"},
			"policy-key-1": {""}, "policy-1.en": {"Large"}, "policy-when-1": {when}, "policy-place-1": {"1"}, "policy-grace-1": {"3"}, "policy-least-1": {"10"},
		}
	}
	for _, bad := range []string{"", "receivables.opne > 1", "receivables.open >", "receivables.open"} {
		if rec := b.send(http.MethodPost, at, form(bad)); rec.Code != http.StatusUnprocessableEntity || !strings.Contains(rec.Body.String(), `id="f-policy-when-1-err"`) {
			t.Errorf("%q: status %d", bad, rec.Code)
		}
	}
	source := func() string {
		return fmt.Sprint(s.do("sales_ops", http.MethodGet, "/api/v1/rules/drafts/"+draft, "", http.StatusOK)["source"])
	}
	status(t, b.send(http.MethodPost, at, form("receivables.open > 50000")), http.StatusSeeOther)
	want := `dunning:
  policies:
    - key: large
      name:
        en: Large
      when: receivables.open > 50000
      grace_days: 3
      min_amount: 10
      levels:
        - key: one
          name:
            en: Reminder
          days: 7
          channel: mail
    # the law
    - key: public
      name: Public
      when: customer.class == "public"
      levels: []
  levels:
    - {key: one, name: Reminder, days: 7}
`
	if got := source(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	gone := form("receivables.open > 50000")
	gone.Set("version", "2")
	gone.Set("policy-key-1", "large")
	gone.Set("policy-gone-0", "true")
	status(t, b.send(http.MethodPost, at, gone), http.StatusSeeOther)
	if got := source(); strings.Contains(got, "public") || !strings.Contains(got, "key: large") {
		t.Errorf("taken out: %s", got)
	}
}
