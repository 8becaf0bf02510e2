package store

import (
	"errors"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// Bounds of a password, in characters.
const (
	MinPassword = 8
	MaxPassword = 200
)

// ErrPasswordLength refuses a password outside MinPassword and MaxPassword.
var ErrPasswordLength = errors.New("the password is too short or too long")

// 19 MiB and two passes are OWASP's minimum for argon2id; one thread keeps a flood of tries from taking every core.
var passwordCost = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// hashing holds the places for hash computations under way; each takes 19 MiB.
var hashing = make(chan struct{}, 4)

// HashPassword makes the argon2id text that is stored instead of the password.
func HashPassword(password string) (string, error) {
	if n := utf8.RuneCountInString(password); n < MinPassword || n > MaxPassword {
		return "", ErrPasswordLength
	}
	return argon2id.CreateHash(password, passwordCost)
}

// passwordIs compares in constant time; a hash that cannot be read matches nothing.
func passwordIs(password, hash string) bool {
	if utf8.RuneCountInString(password) > MaxPassword {
		password = ""
	}
	hashing <- struct{}{}
	defer func() { <-hashing }()
	ok, err := argon2id.ComparePasswordAndHash(password, hash)
	return ok && err == nil
}

// nobody is what the password of an unknown user is compared with, so that the answer takes as long as for a known one.
const nobody = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5bm9ibw$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
