package stack

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
)

// account is the user PostgreSQL runs as when this process is root, which PostgreSQL refuses.
type account struct {
	name     string
	uid, gid uint32
}

// unprivileged picks the owner of existing database files, else the user postgres, else nobody; nil when not root.
func unprivileged(pgData string) (*account, error) {
	if os.Geteuid() != 0 {
		return nil, nil
	}
	var lastErr error
	names := []string{"postgres", "nobody"}
	if uid, ok := ownerOf(pgData); ok && uid != 0 {
		if u, err := user.LookupId(strconv.Itoa(int(uid))); err == nil {
			names = []string{u.Username}
		}
	}
	for _, name := range names {
		u, err := user.Lookup(name)
		if err != nil {
			lastErr = err
			continue
		}
		uid, err := strconv.ParseUint(u.Uid, 10, 32)
		if err != nil {
			return nil, err
		}
		gid, err := strconv.ParseUint(u.Gid, 10, 32)
		if err != nil {
			return nil, err
		}
		return &account{name, uint32(uid), uint32(gid)}, nil
	}
	return nil, problem("create the user postgres (useradd --system postgres), or start leadtocash as an ordinary user",
		"PostgreSQL refuses to run as root and no other user was found (%v)", lastErr)
}

func ownerOf(path string) (uint32, bool) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, false
	}
	return info.Sys().(*syscall.Stat_t).Uid, true
}

// attributes run a command as the account; nil for the present user.
func (a *account) attributes() *syscall.SysProcAttr {
	if a == nil {
		return nil
	}
	return &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: a.uid, Gid: a.gid}}
}

func (a *account) own(path string) error {
	if a == nil {
		return nil
	}
	return os.Chown(path, int(a.uid), int(a.gid))
}

// mayEnter says whether the account can walk to the folder.
func (a *account) mayEnter(dir string) bool {
	if a == nil {
		return true
	}
	for ; ; dir = filepath.Dir(dir) {
		info, err := os.Stat(dir)
		if err != nil { // it will be made so that it can be entered
			continue
		}
		owner, mode := info.Sys().(*syscall.Stat_t), info.Mode()
		ok := mode&0o001 != 0 || owner.Uid == a.uid && mode&0o100 != 0 || owner.Gid == a.gid && mode&0o010 != 0
		if !ok {
			return false
		}
		if dir == filepath.Dir(dir) {
			return true
		}
	}
}

// postgresHome is the folder of PostgreSQL's files. It is the data folder, except where root works in a place that
// other users cannot enter (a clone under /root): then it is one under /var/lib, named after the data folder.
func postgresHome(data string) (string, *account, error) {
	a, err := unprivileged(filepath.Join(data, "postgres"))
	if err != nil || a.mayEnter(data) {
		return data, a, err
	}
	sum := sha256.Sum256([]byte(data))
	home := filepath.Join("/var/lib/leadtocash", hex.EncodeToString(sum[:4]))
	if a, err = unprivileged(filepath.Join(home, "postgres")); err != nil {
		return "", nil, err
	}
	return home, a, nil
}
