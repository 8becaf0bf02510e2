package api

import (
	"context"
	"sync/atomic"
	"time"

	"leadtocash/crm"
	"leadtocash/i18n"
)

// dealWordsBody says by language which word the screens show for an opportunity; a language that is left out keeps its word.
type dealWordsBody struct {
	EN string `json:"en" doc:"enum=deal_word"`
	IT string `json:"it" doc:"enum=deal_word"`
	ES string `json:"es" doc:"enum=deal_word"`
	PL string `json:"pl" doc:"enum=deal_word"`
}

func (b dealWordsBody) chosen() crm.DealWords {
	out := crm.DealWords{}
	for language, word := range map[string]string{"en": b.EN, "it": b.IT, "es": b.ES, "pl": b.PL} {
		if word != "" {
			out[language] = crm.DealWord(word)
		}
	}
	return out
}

// dealWordsRecord is the word of each language.
type dealWordsRecord struct {
	EN, IT, ES, PL crm.DealWord
	Version        int
}

func dealWordsView(w crm.DealWords, version int) dealWordsRecord {
	return dealWordsRecord{w.In("en"), w.In("it"), w.In("es"), w.In("pl"), version}
}

func getDealWords(r *request) error {
	w, version, err := r.store.DealWords(r.ctx())
	if err != nil {
		return err
	}
	return r.record(dealWordsView(w, version), version)
}

// putDealWords chooses by which word each language calls an opportunity (S010).
func putDealWords(r *request) error {
	t, err := r.settingTarget()
	if err != nil {
		return err
	}
	var b dealWordsBody
	if err := r.decode(&b); err != nil {
		return err
	}
	w, version, err := r.store.EditDealWords(r.ctx(), t, b.chosen())
	if err != nil {
		return err
	}
	r.srv.words.forget()
	return r.record(dealWordsView(w, version), version)
}

// wordsFor is how long a server takes the words for known: on another machine a change shows so much later.
const wordsFor = 5 * time.Second

// knownWords are the words that a server last read. It may be used by many goroutines; at times two of them read.
type knownWords struct{ last atomic.Pointer[readWords] }

type readWords struct {
	words crm.DealWords
	until time.Time
}

// forget has the words read again by who asks next.
func (k *knownWords) forget() { k.last.Store(nil) }

// dealWords are the words of the setting; while they cannot be read, those that were last known, else the usual ones.
func (s *Server) dealWords() crm.DealWords {
	last := s.words.last.Load()
	if last != nil && time.Now().Before(last.until) {
		return last.words
	}
	now := readWords{crm.UsualDealWords(), time.Now().Add(wordsFor)}
	if last != nil {
		now.words = last.words
	}
	if s.Store != nil {
		ctx, stop := context.WithTimeout(context.Background(), 3*time.Second)
		defer stop()
		if words, _, err := s.Store.DealWords(ctx); err == nil {
			now.words = words
		}
	}
	s.words.last.Store(&now)
	return now.words
}

// calling gives a printer the words of the setting.
func (s *Server) calling(p Printer) Printer {
	if full, ok := p.(*i18n.Printer); ok {
		return full.Calling(s.dealWords())
	}
	return p
}
