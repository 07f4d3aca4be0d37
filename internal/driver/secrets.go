package driver

import (
	"bytes"
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/google/renameio/v2"
	"github.com/pulumi/pulumi/pkg/v3/secrets/passphrase"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource/config"
)

// sealer encrypts the secrets of states with a key from the sandbox's passphrase, as Pulumi's own passphrase provider
// does: an official CLI that is given the passphrase reads them.
type sealer struct {
	Salt string `json:"salt"` // As it stands in a state: version, salt, and a text to recognise the key by.
	Key  []byte `json:"key"`

	crypter config.Crypter // A value that did not change stays encrypted as it was.
}

// keys are those of one sandbox. To derive one takes a fifth of a second by design, so they are kept beside the
// passphrase, which is no better guarded.
type keys struct {
	Passphrase []byte    `json:"passphrase"` // Its digest: keys of another one are worth nothing.
	Sealers    []*sealer `json:"keys"`       // The first is for new states, others for those with a salt of their own.
}

// openSealer is the one of a salt, or the sandbox's own if that is empty, which is made on the first call.
func openSealer(dir workdir, phrase, salt string) (*sealer, error) {
	kept, err := readKeys(dir, phrase)
	if err != nil {
		return nil, err
	}
	for _, s := range kept.Sealers {
		if salt == "" || s.Salt == salt {
			return s.ready(), nil
		}
	}
	made, err := newSealer(phrase, salt)
	if err != nil {
		return nil, err
	}
	kept.Sealers = append(kept.Sealers, made)
	return made.ready(), kept.save(dir)
}

// readKeys reads those that were derived from a passphrase.
func readKeys(dir workdir, phrase string) (*keys, error) {
	sum := sha256.Sum256([]byte(phrase))
	none := &keys{Passphrase: sum[:]}
	data, err := os.ReadFile(dir.key())
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	kept := &keys{}
	err = json.Unmarshal(data, kept)
	for _, s := range kept.Sealers {
		if len(s.Key) != config.SymmetricCrypterKeyBytes {
			err = errors.Join(err, fmt.Errorf("a key has %d bytes, want %d", len(s.Key), config.SymmetricCrypterKeyBytes))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read key %q: it is damaged: %w; remove it, it is made again from the passphrase",
			dir.key(), err)
	}
	if !bytes.Equal(kept.Passphrase, none.Passphrase) {
		return none, nil
	}
	return kept, nil
}

// newSealer derives the key of a state's salt, or of a new salt if that is empty.
func newSealer(phrase, state string) (*sealer, error) {
	const mark = "pulumi" // The text to recognise a key by.
	if state == "" {
		salt := make([]byte, 8)
		_, _ = rand.Read(salt) // It never fails.
		key, err := deriveKey(phrase, salt)
		if err != nil {
			return nil, err
		}
		known, err := config.NewSymmetricCrypter(key).EncryptValue(context.Background(), mark)
		return &sealer{Salt: "v1:" + base64.StdEncoding.EncodeToString(salt) + ":" + known, Key: key}, err
	}
	parts := strings.SplitN(state, ":", 3)
	if len(parts) != 3 || parts[0] != "v1" {
		return nil, fmt.Errorf("the salt of its secrets is %q, want v1:SALT:TEXT", state)
	}
	salt, err := base64.StdEncoding.DecodeString(parts[1])
	if err != nil {
		return nil, fmt.Errorf("the salt of its secrets: %w", err)
	}
	key, err := deriveKey(phrase, salt)
	if err != nil {
		return nil, err
	}
	text, err := config.NewSymmetricCrypter(key).DecryptValue(context.Background(), parts[2])
	if err != nil || text != mark {
		return nil, passphrase.ErrIncorrectPassphrase
	}
	return &sealer{Salt: state, Key: key}, nil
}

func deriveKey(phrase string, salt []byte) ([]byte, error) {
	const iterations = 1_000_000 // What Pulumi's passphrase provider, version 1, has.
	return pbkdf2.Key(sha256.New, phrase, salt, iterations, config.SymmetricCrypterKeyBytes)
}

func (s *sealer) ready() *sealer {
	crypter := config.NewSymmetricCrypter(s.Key)
	s.crypter = config.NewCiphertextToPlaintextCachedCrypter(crypter, crypter)
	return s
}

func (k *keys) save(dir workdir) error {
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(dir.key(), data, 0o600, renameio.WithTempDir(string(dir))); err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	return nil
}

// Type is that of Pulumi's own provider.
func (*sealer) Type() string { return passphrase.Type }

// State is what stands in a state file.
func (s *sealer) State() json.RawMessage {
	state, _ := json.Marshal(map[string]string{"salt": s.Salt}) // A string always encodes.
	return state
}

// Encrypter encrypts.
func (s *sealer) Encrypter() config.Encrypter { return s.crypter }

// Decrypter decrypts.
func (s *sealer) Decrypter() config.Decrypter { return s.crypter }
