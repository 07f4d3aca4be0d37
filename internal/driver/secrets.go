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

// sealer encrypts the secrets in states with a key from the sandbox's passphrase, as Pulumi's own passphrase provider
// does. An official CLI with the passphrase can therefore read them.
type sealer struct {
	Salt string `json:"salt"` // As in a state: version, salt, and an encrypted text that identifies the key.
	Key  []byte `json:"key"`

	crypter config.Crypter // Keeps the ciphertext of a value that did not change.
}

// keys are the derived keys of one sandbox. Deriving a key takes 0.2 seconds by design, so they are kept in a file
// beside the passphrase, which is protected in the same way.
type keys struct {
	Passphrase []byte    `json:"passphrase"` // SHA-256 of the passphrase: keys of another passphrase are discarded.
	Sealers    []*sealer `json:"keys"`       // The first is for new states, the others for states with another salt.
}

// openSealer returns the sealer for a salt. An empty salt means the sandbox's own, which the first call creates.
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
	created, err := newSealer(phrase, salt)
	if err != nil {
		return nil, err
	}
	kept.Sealers = append(kept.Sealers, created)
	return created.ready(), kept.save(dir)
}

// readKeys reads the kept keys that were derived from this passphrase.
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
			err = errors.Join(err, fmt.Errorf("a key has %d bytes, must have %d", len(s.Key), config.SymmetricCrypterKeyBytes))
		}
	}
	if err != nil {
		return nil, fmt.Errorf("read key %q: it is damaged: %w; delete the file: it is created again from the passphrase",
			dir.key(), err)
	}
	if !bytes.Equal(kept.Passphrase, none.Passphrase) {
		return none, nil
	}
	return kept, nil
}

// newSealer derives the key for a state's salt, or for a new salt if state is empty.
func newSealer(phrase, state string) (*sealer, error) {
	const mark = "pulumi" // Its ciphertext in the salt identifies the key.
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
		return nil, fmt.Errorf("the salt of its secrets is %q, must be v1:SALT:TEXT", state)
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
	const iterations = 1_000_000 // As in version 1 of Pulumi's passphrase provider.
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

// Type is the type of Pulumi's own passphrase provider.
func (*sealer) Type() string { return passphrase.Type }

// State returns what a state file records about the secrets provider.
func (s *sealer) State() json.RawMessage {
	state, _ := json.Marshal(map[string]string{"salt": s.Salt}) // A string always encodes.
	return state
}

// Encrypter encrypts with the sealer's key.
func (s *sealer) Encrypter() config.Encrypter { return s.crypter }

// Decrypter decrypts with the sealer's key.
func (s *sealer) Decrypter() config.Decrypter { return s.crypter }
