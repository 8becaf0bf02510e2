package mailbox

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	_ "github.com/emersion/go-message/charset" // texts in other character sets than UTF-8
	"github.com/emersion/go-message/mail"

	"leadtocash/integrations/journal"
)

// Message is a message as its reader sees it.
type Message struct {
	Entry
	Language string // Content-Language
	Text     string
	HTML     string
}

// ErrNotFound is the answer for an id that the mailbox does not hold.
var ErrNotFound = errors.New("no such message")

func journalPath(dir string) string { return filepath.Join(dir, "journal.jsonl") }

// List gives all deliveries in the order of arrival, doubles included; none when the folder is not there.
func List(dir string) ([]Entry, error) { return journal.Read[Entry](journalPath(dir)) }

// Read gives one message by the id of its entry. Errors: ErrNotFound.
func Read(dir, id string) (Message, error) {
	entries, err := List(dir)
	if err != nil {
		return Message{}, err
	}
	for _, e := range entries {
		if e.ID == id {
			return open(dir, e)
		}
	}
	return Message{}, ErrNotFound
}

func open(dir string, e Entry) (Message, error) {
	f, err := os.Open(filepath.Join(dir, e.ID+".eml"))
	if errors.Is(err, fs.ErrNotExist) {
		return Message{}, ErrNotFound
	}
	if err != nil {
		return Message{}, err
	}
	defer f.Close()
	r, err := mail.CreateReader(f)
	if err != nil {
		return Message{}, err
	}
	defer r.Close()
	m := Message{Entry: e, Language: r.Header.Get("Content-Language")}
	for {
		part, err := r.NextPart()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return Message{}, err
		}
		if err := m.add(part); err != nil {
			return Message{}, err
		}
	}
}

// add takes the part that is the text, or its HTML form; attachments stay in the file.
func (m *Message) add(part *mail.Part) error {
	h, ok := part.Header.(*mail.InlineHeader)
	if !ok {
		return nil
	}
	kind, _, err := h.ContentType()
	if err != nil {
		return err
	}
	body, err := io.ReadAll(part.Body)
	if err != nil {
		return err
	}
	text := strings.ReplaceAll(string(body), "\r\n", "\n")
	switch kind {
	case "text/html":
		m.HTML += text
	case "text/plain":
		m.Text += text
	}
	return nil
}
