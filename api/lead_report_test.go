package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// The score is tested tenth by tenth against what became of the leads, reasons are counted by owner and source, each number opens exactly
// its leads, and all of it only within the reader's reach (S064, table A rows 4, 6 and 12).
func TestLeadReport(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	s.exec(fmt.Sprintf(`insert into lead (id, company, source, state, score, reason, owner_id, opportunity_id, created_at, updated_at)
		select gen_random_uuid(), 'Ended ' || n, case when n %% 2 = 0 then 'website' else 'fair' end, case when n > 60 then 'converted' else 'disqualified' end, n,
			case when n > 60 then '' when n %% 3 = 0 then 'no_budget' else 'no_need' end, '%s', case when n > 90 then '%s'::uuid end, now() + n * interval '1 second', now() from generate_series(1, 100) n;
		update opportunity set state = 'won' where id = '%s';
		insert into lead (id, company, source, state, score, reason, owner_id, created_at, updated_at) values (gen_random_uuid(), 'Of ben', 'fair', 'disqualified', 99, 'spam', '%s', now(), now())`,
		s.anna.ID, s.deal, s.deal, s.ben.ID))
	b := s.browser("anna")
	file := b.send(http.MethodGet, "/leads/report?as=lift.csv", nil).Body.String()
	for _, want := range []string{"1,91,100,10,10,100,2.5,10,100,10,100", "4,61,70,10,10,100,2.5,0,0,0,100", "5,51,60,10,0,0,0,0,0,0,100", "0,1,100,100,40,40,1,10,10,1,100"} {
		if !strings.Contains(file, want) {
			t.Errorf("the file lacks %q:\n%s", want, file)
		}
	}
	if by := b.send(http.MethodGet, "/leads/report?as=reasons.csv&by=source", nil).Body.String(); !strings.Contains(by, ",20,10,0,0,0,0,30") {
		t.Error(by)
	}
	for path, want := range map[string]int{
		"decile=1&outcome=won": 10, "decile=5&outcome=any": 10, "decile=5&outcome=converted": 0, "outcome=disqualified&reason=no_budget": 20,
		"outcome=disqualified&source=fair&reason=no_need": 20, "outcome=disqualified&who=none": 0, "outcome=disqualified&reason=spam": 0,
	} {
		if got := strings.Count(b.send(http.MethodGet, "/leads?"+path, nil).Body.String(), ">Ended "); got != want {
			t.Errorf("%s opens %d leads, want %d", path, got, want)
		}
	}
	page := b.send(http.MethodGet, "/leads/report", nil).Body.String()
	if !strings.Contains(page, "decile=1&amp;outcome=won") || strings.Contains(page, "/leads?outcome=disqualified&amp;reason=spam") {
		t.Error("the page's numbers do not open their leads, or count those of others")
	}
	if empty := s.browser("finance").send(http.MethodGet, "/leads/report", nil); empty.Code != http.StatusForbidden {
		t.Error("finance reads no leads:", empty.Code)
	}
}
