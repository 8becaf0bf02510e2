package api

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// beginsAt are the forms that carry the main sales processes of each role, of the mission's tables: whoever plays it finds each at most two clicks away.
var beginsAt = map[string][]string{
	"anna": {
		"/leads", "/leads/:id/feedback", "/leads/:id/convert", "/opportunities", "/opportunities/:id", "/opportunities/:id/move", "/opportunities/:id/products", "/opportunities/:id/quotes",
		"/opportunities/:id/engagements", "/opportunities/:id/handoffs", "/calendar", "/timesheet",
	},
	"mara":            {"/orders/:id/approve", "/leads/:id/assign", "/opportunities/:id/move", "/delegations"},
	"finance":         {"/contracts/:id/tranches/:id/issue", "/invoices/:id/payments", "/bank", "/invoices/:id/credit"},
	"project_manager": {"/contracts/:id/project", "/contracts/:id/milestones", "/contracts/:id/actions", "/timesheet", "/contracts/:id/plan/tasks", "/contracts/:id/costs", "/contracts/:id/progress"},
	"care":            {"/cases", "/cases/:id"},
	"sales_ops":       {"/leads", "/imports", "/rules/drafts", "/leads/:id/qualify"},
	"admin":           {"/leads", "/opportunities", "/settings/forms", "/settings/hooks", "/settings/keys"},
}

var anID = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}`)

// S092, mission's 1 and 2 clicks: from My day as it is usual for a role, each of its main processes is on the screen after at most two clicks on links.
// It counts by following every link of every page.
func TestMainProcessesAreTwoClicksAway(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	for _, company := range []string{"Fresh Srl", "Given Srl"} {
		s.do("anna", http.MethodPost, "/api/v1/leads", fmt.Sprintf(`{"company":%q,"email":"buyer@%s.example"}`, company, company[:5]), http.StatusCreated)
	}
	s.exec(fmt.Sprintf(`update tranche set state = 'billable', invoice_id = null; delete from approval;
		update sales_order set state = 'approve', round = 1, requested_by = '%[1]s', validated_at = now(), decided_at = null, decided_by = '';
		insert into approval (order_id, position, key, role, need) select id, 1, 'all', 'sales_manager', 1 from sales_order;
		update lead set state = 'assigned', owner_id = '%[1]s' where company <> 'Fresh Srl'; update lead set feedback = 'positive' where id = '%[2]s'`, s.anna.ID, s.lead)) // each waits for its next step
	for person, want := range beginsAt {
		t.Run(person, func(t *testing.T) {
			b := s.browser(person)
			forms, seen, kinds := map[string]int{}, map[string]bool{}, map[string]int{}
			next := []string{"/"}
			for clicks := 0; clicks <= 2; clicks++ {
				var links []string
				for _, path := range next {
					to, actions := b.links(path)
					links = append(links, to...)
					for _, a := range actions {
						if _, known := forms[a]; !known {
							forms[a] = clicks
						}
					}
				}
				next = next[:0]
				for _, l := range links {
					kind := anID.ReplaceAllString(l, ":id")
					if kinds[kind]++; !seen[l] && kinds[kind] <= 8 { // a few of each kind stand for all
						seen[l] = true
						next = append(next, l)
					}
				}
			}
			for _, form := range want {
				if clicks, found := forms[form]; !found {
					t.Errorf("%s is more than two clicks away", form)
				} else {
					t.Logf("%s: %d clicks", form, clicks)
				}
			}
			if t.Failed() {
				var all []string
				for f := range forms {
					all = append(all, f)
				}
				slices.Sort(all)
				t.Log(all)
			}
		})
	}
}

// links are where the links of a page lead to, and the addresses that its forms are sent to, with names for ids.
func (b *browser) links(path string) (to, actions []string) {
	path, _, _ = strings.Cut(path, "#")
	rec := b.send(http.MethodGet, path, nil)
	if rec.Code != http.StatusOK || !strings.HasPrefix(rec.Header().Get("Content-Type"), "text/html") {
		return nil, nil
	}
	base, _ := url.Parse(path)
	b.read(rec, path, http.StatusOK).each("html", func(root *html.Node) {
		for n := range root.Descendants() {
			switch {
			case n.Type != html.ElementNode:
			case n.Data == "a" && attr(n, "href") != "":
				if u, err := base.Parse(attr(n, "href")); err == nil && u.Host == "" && u.Scheme == "" {
					to = append(to, u.RequestURI())
				}
			case n.Data == "form" && attr(n, "method") == "post":
				u, _, _ := strings.Cut(attr(n, "action"), "?")
				actions = append(actions, anID.ReplaceAllString(u, ":id"))
			}
		}
	})
	return to, actions
}
