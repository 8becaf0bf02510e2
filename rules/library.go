package rules

import (
	"container/list"
	"crypto/sha256"
	"sync"

	"leadtocash/crm"
)

// Library keeps compiled sets, so that a stored text is compiled once and not for each decision. It may be used by many
// goroutines at once. The zero Library is ready; it keeps the 64 sets that were asked for last.
type Library struct {
	mu    sync.Mutex
	sets  map[libraryKey]*list.Element
	order list.List // the last used one in front
}

const librarySize = 64

type libraryKey struct {
	kind    crm.RuleKind
	version int
}

type kept struct {
	key libraryKey
	sum [sha256.Size]byte
	set *Set
}

// Get gives the set of a kind and version. It asks load for the text when it does not have the set. Stored versions never
// change their text, so a set that is there is served without asking. Errors are Problems when the text is no good; they
// are not kept, and the next call tries again.
func (l *Library) Get(kind crm.RuleKind, version int, load func() ([]byte, error)) (*Set, error) {
	key := libraryKey{kind, version}
	if set := l.find(key); set != nil {
		return set, nil
	}
	src, err := load()
	if err != nil {
		return nil, err
	}
	return l.Put(kind, version, src)
}

// Put compiles a text as the given version and keeps it. The same text again gives the same set, another text replaces it.
func (l *Library) Put(kind crm.RuleKind, version int, src []byte) (*Set, error) {
	key, sum := libraryKey{kind, version}, sha256.Sum256(src)
	l.mu.Lock()
	if e, ok := l.sets[key]; ok && e.Value.(*kept).sum == sum {
		defer l.mu.Unlock()
		return e.Value.(*kept).set, nil
	}
	l.mu.Unlock()
	set, problems := Parse(kind, src)
	if len(problems) > 0 {
		return nil, problems
	}
	set = set.WithVersion(version)
	l.keep(&kept{key, sum, set})
	return set, nil
}

// Judge asks one version of a kind of rules about one of its moments.
func (l *Library) Judge(kind crm.RuleKind, version int, load func() ([]byte, error), moment string, f crm.Facts) (crm.Verdict, error) {
	set, err := l.Get(kind, version, load)
	if err != nil {
		return crm.Verdict{}, err
	}
	return set.At(moment, f), nil
}

func (l *Library) find(key libraryKey) *Set {
	l.mu.Lock()
	defer l.mu.Unlock()
	e, ok := l.sets[key]
	if !ok {
		return nil
	}
	l.order.MoveToFront(e)
	return e.Value.(*kept).set
}

func (l *Library) keep(k *kept) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.sets == nil {
		l.sets = map[libraryKey]*list.Element{}
	}
	if e, ok := l.sets[k.key]; ok {
		e.Value = k
		return
	}
	l.sets[k.key] = l.order.PushFront(k)
	if l.order.Len() > librarySize {
		oldest := l.order.Back()
		l.order.Remove(oldest)
		delete(l.sets, oldest.Value.(*kept).key)
	}
}
