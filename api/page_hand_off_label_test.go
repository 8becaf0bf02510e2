package api

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// A condition of several parts is told once by its author's label; what of it is missing is told part by part.
func TestLabelOfPartsIsSaidOnce(t *testing.T) {
	t.Parallel()
	s := newScene(t)
	b := s.browser("anna")
	show := func(first, second string) (labels int, page string) {
		s.exec(fmt.Sprintf(`update hand_off set inputs = '[
			{"id":"production/inputs.both","source":"filled(hand_off.specification)","op":"filled","label":{"en":"Described and dated"},"outcome":"%s","values":[{"field":"hand_off.specification","now":""}]},
			{"id":"production/inputs.both#2","source":"filled(hand_off.needed_by)","op":"filled","label":{"en":"Described and dated"},"outcome":"%s","values":[{"field":"hand_off.needed_by","now":""}]}]' where id = '%s'`, first, second, s.handOff))
		page = b.send(http.MethodGet, "/handoffs/"+string(s.handOff), nil).Body.String()
		return strings.Count(page, "Described and dated"), page
	}
	for _, outcomes := range [][2]string{{"met", "met"}, {"met", "unmet"}, {"unmet", "met"}} {
		if n, page := show(outcomes[0], outcomes[1]); n != 1 {
			t.Errorf("%v: told %d times: %s", outcomes, n, page)
		}
	}
	if n, page := show("unmet", "unmet"); n != 1 || strings.Count(page, "is filled in") != 1 {
		t.Errorf("told %d times: %s", n, page)
	}
}
