package stack

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"slices"
	"strconv"
)

// Ports on the loopback interface. 0 means: the one used last in this data folder, else the default.
type Ports struct {
	API      int `json:"api"`      // 8080, web pages and API
	Temporal int `json:"temporal"` // 7233
	UI       int `json:"ui"`       // 8233, Temporal's pages
	Postgres int `json:"postgres"` // 54329
	SMTP     int `json:"smtp"`     // 8025, the development mail sink
	ERP      int `json:"erp"`      // 8026, the development ERP
}

// port describes one port to a person.
type port struct {
	number    *int
	usual     int
	what      string
	flag, env string
	owner     owner
}

// owner is the server that opens a port.
type owner int

const (
	ofProduct owner = iota
	ofTemporal
	ofPostgres
)

func (p *Ports) list() []port {
	return []port{
		{&p.API, 8080, "web pages and API", "--port", "LEADTOCASH_PORT", ofProduct},
		{&p.Temporal, 7233, "Temporal", "--temporal-port", "LEADTOCASH_TEMPORAL_PORT", ofTemporal},
		{&p.UI, 8233, "Temporal's pages", "--ui-port", "LEADTOCASH_UI_PORT", ofTemporal},
		{&p.Postgres, 54329, "PostgreSQL", "--postgres-port", "LEADTOCASH_POSTGRES_PORT", ofPostgres},
		{&p.SMTP, 8025, "development mail", "--smtp-port", "LEADTOCASH_SMTP_PORT", ofProduct},
		{&p.ERP, 8026, "development ERP", "--erp-port", "LEADTOCASH_ERP_PORT", ofProduct},
	}
}

// complete takes what is not set from the settings file, then from the defaults, and refuses what cannot be.
func (p Ports) complete(settings string) (Ports, error) {
	var saved Ports
	if text, err := os.ReadFile(settings); err == nil {
		if err := json.Unmarshal(text, &saved); err != nil {
			return p, problem("correct or delete it", "The settings in %s cannot be read (%v)", settings, err)
		}
	}
	before, seen := saved.list(), map[int]port{}
	for i, each := range p.list() {
		if *each.number == 0 {
			*each.number = *before[i].number
		}
		if *each.number == 0 {
			*each.number = each.usual
		}
		n := *each.number
		if n < 1 || n > 65535 {
			return p, problem("choose one from 1 to 65535 with "+each.flag+" or "+each.env, "%d (%s) is no port", n, each.what)
		}
		if other, taken := seen[n]; taken {
			return p, problem(fmt.Sprintf("change one of them with %s or %s (%s, %s)", other.flag, each.flag, other.env, each.env),
				"Port %d is named twice, for %s and for %s", n, other.what, each.what)
		}
		seen[n] = each
	}
	return p, nil
}

func (p Ports) save(settings string) error {
	text, err := json.MarshalIndent(p, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(settings, append(text, '\n'), 0o644)
}

// free returns a Problem that names who holds the port.
func (p port) free() error {
	l, err := net.Listen("tcp", loopback(*p.number))
	if err == nil {
		return l.Close()
	}
	if os.IsPermission(err) {
		return problem("choose one above 1023 with "+p.flag+" or "+p.env, "Port %d (%s) may not be opened by this user", *p.number, p.what)
	}
	return portTaken(p, portHolder(*p.number))
}

// portsFree looks at the ports that a start opens, except PostgreSQL's: its own leftover may still hold that one.
func (c Config) portsFree() error {
	for _, p := range c.openedPorts() {
		if p.owner == ofPostgres {
			continue
		}
		if err := p.free(); err != nil {
			return err
		}
	}
	return nil
}

// openedPorts leaves out those of servers that are named.
func (c Config) openedPorts() []port {
	return slices.DeleteFunc(c.Ports.list(), func(p port) bool {
		return p.owner == ofTemporal && !c.privateTemporal() || p.owner == ofPostgres && !c.privatePostgres()
	})
}

func (p *Ports) postgres() port {
	all := p.list()
	return all[slices.IndexFunc(all, func(p port) bool { return p.owner == ofPostgres })]
}

func loopback(port int) string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(port)) }

// FreePorts picks six ports that nobody holds at this moment, for tests and second instances. They are below the range
// from which the system serves outgoing connections, so that none takes one before it is opened.
func FreePorts() (Ports, error) {
	var p Ports
	seen := map[int]bool{}
	for _, each := range p.list() {
		for tries := 0; *each.number == 0; tries++ {
			n := 20000 + rand.IntN(12000)
			l, err := net.Listen("tcp", loopback(n))
			switch {
			case err == nil:
				_ = l.Close()
				if !seen[n] {
					seen[n], *each.number = true, n
				}
			case tries > 100:
				return p, fmt.Errorf("no free port: %w", err)
			}
		}
	}
	return p, nil
}
