package stack

import (
	"fmt"
	"strings"
)

// Problem is something wrong with the machine or the settings, said for the person who can change it.
type Problem struct {
	What string // what is wrong, without a full stop
	Way  string // the way out
}

// Error is one line.
func (p *Problem) Error() string { return p.What + ": " + p.Way }

func problem(way, what string, args ...any) *Problem {
	return &Problem{What: oneLine(fmt.Sprintf(what, args...)), Way: way}
}

// oneLine folds the multi-line messages of drivers and programs.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

func cannotWrite(dir string, err error) *Problem {
	return problem("give it write permission, or choose another folder with --data or LEADTOCASH_DATA",
		"The data folder %s cannot be written (%v)", dir, err)
}

func alreadyRunning(dir, holder string) *Problem {
	return problem("stop that one first, or give this one its own folder with --data and its own ports",
		"leadtocash already runs on the data folder %s (%s)", dir, holder)
}

func portTaken(p port, holder string) *Problem {
	return problem(fmt.Sprintf("stop that program, or choose another port with %s or %s", p.flag, p.env),
		"Port %d (%s) is taken by %s", *p.number, p.what, holder)
}

func wrongMajor(dir, have string, installed []string) *Problem {
	return problem(fmt.Sprintf("install PostgreSQL %s, name its folder in LEADTOCASH_PG_BIN, or choose another folder with --data", have),
		"The data in %s was written by PostgreSQL %s, but installed here is %s", dir, have, orNone(installed))
}

func noPostgres(reason error) *Problem {
	return problem("install it (apt-get install postgresql), name its folder in LEADTOCASH_PG_BIN, or name a running server in DATABASE_URL",
		"No PostgreSQL was found and the npm package could not be installed (%v)", reason)
}

func brokenBinDir(dir string) *Problem {
	return problem("name the folder that holds initdb and postgres, for example /usr/lib/postgresql/17/bin",
		"LEADTOCASH_PG_BIN=%s holds no PostgreSQL server", dir)
}

func notOurs(dir string, uid int) *Problem {
	return problem("start leadtocash as that user, or choose another folder with --data",
		"The database files in %s belong to the user with id %d", dir, uid)
}

func databaseUnreachable(err error) *Problem {
	return problem("check host, port, user and password in DATABASE_URL, or remove it to use a private PostgreSQL",
		"The database in DATABASE_URL cannot be reached (%v)", err)
}

func noExtensions(names []string) *Problem {
	return problem("install the package with PostgreSQL's own extensions there (postgresql-contrib), or remove DATABASE_URL to use a private PostgreSQL",
		"The PostgreSQL server of DATABASE_URL lacks %s, by which the product searches", strings.Join(names, " and "))
}

func temporalUnreachable(address string, err error) *Problem {
	return problem("start that server, correct TEMPORAL_ADDRESS, or remove it to use a private one",
		"The Temporal server at TEMPORAL_ADDRESS=%s cannot be reached (%v)", address, err)
}

func namespaceMissing(address, namespace string) *Problem {
	return problem(fmt.Sprintf("register it (temporal operator namespace create %s) or set TEMPORAL_NAMESPACE", namespace),
		"The Temporal server at %s has no namespace %s", address, namespace)
}

func noTemporald(reason string) *Problem {
	return problem("run make build in a clone, name the binary in LEADTOCASH_TEMPORALD, or name a running server in TEMPORAL_ADDRESS",
		"There is no temporald binary and it cannot be built (%s)", reason)
}

func lowDisk(dir string, freeMB, wantMB uint64) *Problem {
	return problem("free some space or choose another disk with --data",
		"Only %d MB are free in %s, %d MB are needed", freeMB, dir, wantMB)
}

func noStart(name, logFile, why string) *Problem {
	return problem("the whole log is in "+logFile, "%s does not start: %s", name, why)
}

func orNone(list []string) string {
	if len(list) == 0 {
		return "none"
	}
	return strings.Join(list, ", ")
}
