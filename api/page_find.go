package api

import (
	"net/http"
	"net/url"
	"slices"

	"leadtocash/crm"
	"leadtocash/i18n"

	"github.com/shopspring/decimal"
)

// findPage shows what fits, by kinds, after the places and actions whose names fit.
type findPage struct {
	Text   string
	Groups []foundGroup
}

type foundGroup struct {
	Label string
	Rows  []foundView
}

// pageFind is the search page, from which the palette takes its rows too.
func pageFind(r *request) error {
	p := findPage{Text: clean(r.gin.Query("q"), 100)}
	if to := r.goTo(p.Text); len(to) > 0 {
		p.Groups = append(p.Groups, foundGroup{r.say("find.go"), to})
	}
	found, err := r.find(p.Text, func(text string) (decimal.Decimal, error) {
		return r.words().ParseAmount(text, crm.Currency(r.currency()))
	})
	if err != nil {
		return err
	}
	for _, k := range findKinds {
		rows := slices.DeleteFunc(slices.Clone(found), func(v foundView) bool { return v.Kind != k.kind })
		if len(rows) > 0 {
			p.Groups = append(p.Groups, foundGroup{r.say("find." + k.kind), rows})
		}
	}
	return r.show(http.StatusOK, "find", r.say("find.title"), p)
}

// fits tells whether a text fits what is said for a key, by either of the language's words for an opportunity (S010).
func (r *request) fits(text, key string, args ...any) bool {
	for _, word := range crm.DealWordNames() {
		if i18n.Fits(text, r.words().Calling(crm.DealWords{r.language: crm.DealWord(word)}).T(key, args...)) {
			return true
		}
	}
	return false
}

// goTo finds places, actions and stages by their names in the person's language, or by the other word for an opportunity (S010). Without a
// text all places are given.
func (r *request) goTo(text string) (out []foundView) {
	offer := func(key, address, also string) {
		label := r.say(key)
		if r.fits(text, key) || also != "" && text != "" && i18n.Fits(text, also) {
			out = append(out, foundView{Kind: "place", Title: label, URL: address})
		}
	}
	if r.Can(crm.MayWriteOpportunity) {
		offer("deal.new", "/board#new", r.say("find.deal_words"))
	}
	for _, group := range crm.Places() {
		for _, p := range group {
			if p.Need != session && !r.Can(p.Need) || p.Dev && !r.srv.shows(p.URL) {
				continue
			}
			also := ""
			if p.URL == "/board" {
				also = r.say("find.deal_words")
			}
			offer(p.Text, p.URL, also)
		}
	}
	if text == "" || !r.Can(crm.MayReadOpportunity) {
		return out
	}
	if set, err := r.pipeline(); err == nil {
		for _, s := range r.stageOptions(set, "") {
			if i18n.Fits(text, s.Label) || r.fits(text, "find.stage", "Stage", s.Label) {
				out = append(out, foundView{Kind: "place", Title: r.say("find.stage", "Stage", s.Label), URL: "/opportunities?stage=" + url.QueryEscape(s.Value)})
			}
		}
	}
	return out
}
