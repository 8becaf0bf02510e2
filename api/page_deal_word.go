package api

import (
	"leadtocash/crm"
	"leadtocash/store"
)

// dealWordsPage is where sales operations choose the word for an opportunity.
type dealWordsPage struct {
	settingPage
	Languages []dealWordRow
}

// dealWordRow is a language with its two words.
type dealWordRow struct {
	languageChoice
	Chosen  string
	Options []option
}

func pageDealWords(r *request) error { return showDealWords(r, form{}) }

func showDealWords(r *request, f form) error {
	words, version, err := r.store.DealWords(r.ctx())
	if err != nil {
		return err
	}
	page, err := r.settingPage(store.SettingDealWords, version, f, func(language string) string { return r.say("language." + language) })
	if err != nil {
		return err
	}
	for i, row := range page.History {
		for j, l := range row.Changes {
			row.Lines[j].From, row.Lines[j].To = r.dealNames(l.Name, l.From), r.dealNames(l.Name, l.To)
		}
		page.History[i] = row
	}
	p := dealWordsPage{settingPage: page}
	for _, l := range languageChoices {
		row := dealWordRow{languageChoice: l, Chosen: string(words.In(l.Code))}
		if f.Sent(l.Code) {
			row.Chosen = f.Value(l.Code)
		}
		for _, word := range crm.DealWordNames() {
			row.Options = append(row.Options, option{word, r.dealNames(l.Code, word)})
		}
		p.Languages = append(p.Languages, row)
	}
	return r.show(f.Status(), "deal_words", r.say("deal_words.title"), p)
}

// dealNames are the words for one and several opportunities in a language.
func (r *request) dealNames(language, word string) string {
	one, several := r.srv.screens().texts.For(language).DealNames(crm.DealWord(word))
	return one + ", " + several
}

// formDealWords saves the chosen words.
func formDealWords(r *request) error {
	f, err := r.posted()
	if err != nil {
		return err
	}
	chosen := crm.DealWords{}
	for _, l := range languageChoices {
		if f.Sent(l.Code) {
			chosen[l.Code] = crm.DealWord(f.Value(l.Code))
		}
	}
	return r.saveSetting(f, "/settings/words", func(t store.Target) error {
		_, _, err := r.store.EditDealWords(r.ctx(), t, chosen)
		r.srv.words.forget()
		return err
	}, func(f form) error { return showDealWords(r, f) })
}
