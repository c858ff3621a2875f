import eslint from '@eslint/js';
import importX, { createNodeResolver } from 'eslint-plugin-import-x';
import rxjsX from 'eslint-plugin-rxjs-x';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importZones, typesOnly } from './scripts/rooms.js';

const knownGlobals = [
  'AbortController',
  'BroadcastChannel',
  'URL',
  'console',
  'fetch',
  'navigator',
  'process',
  'setTimeout',
  'window',
];

export default defineConfig(
  globalIgnores(['build/', 'dist/', 'scripts/consumers/', 'scripts/*.d.ts']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [eslint.configs.recommended, tseslint.configs.strictTypeChecked, rxjsX.configs.strict],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true }],
      // Errors are passed on as they came, whatever they are.
      'rxjs-x/throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/prefer-promise-reject-errors': ['error', { allowThrowingUnknown: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
    },
  },
  {
    files: ['src/**/*.ts'],
    rules: {
      // Its constructor is deprecated, yet the promise adapters reject with the very class that users know from rxjs.
      '@typescript-eslint/no-deprecated': [
        'error',
        { allow: [{ from: 'package', package: 'rxjs', name: 'EmptyError' }] },
      ],
      // Inference over arbitrary functions cannot be said without it; the no-unsafe rules still watch its use.
      '@typescript-eslint/no-explicit-any': 'off',
      'no-restricted-imports': ['error', { patterns: [{ group: ['rxjs/*'], message: "Import from 'rxjs'." }] }],
    },
  },
  {
    files: ['src/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      'import-x/extensions': ['.ts'],
      'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts'], extensionAlias: { '.js': ['.ts'] } })],
    },
    rules: {
      'import-x/no-restricted-paths': ['error', { zones: importZones() }],
      'import-x/no-cycle': 'error',
    },
  },
  ...Object.entries(typesOnly).map(([room, others]) => ({
    files: [`src/${room}/**/*.ts`],
    rules: {
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          patterns: others.map((other) => ({
            group: [`../${other}/*`],
            allowTypeImports: true,
            message: 'Import types alone.',
          })),
        },
      ],
    },
  })),
  {
    files: ['spec/**/*.ts'],
    rules: {
      'no-restricted-globals': ['error', 'fdescribe', 'fit', 'xdescribe', 'xit'],
      // Specs do on purpose what a program should not.
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/only-throw-error': 'off',
      '@typescript-eslint/prefer-promise-reject-errors': 'off',
      '@typescript-eslint/require-await': 'off',
      'rxjs-x/throw-error': 'off',
      'rxjs-x/no-floating-observables': 'off',
      'rxjs-x/no-ignored-default-value': 'off',
      'rxjs-x/no-ignored-error': 'off',
      'rxjs-x/no-nested-subscribe': 'off',
      'rxjs-x/no-subscribe-in-pipe': 'off',
    },
  },
  {
    files: ['spec/nest/**/*.ts', 'examples/nest-app/**/*.ts'],
    // A module of NestJS is a class that has a decorator, and nothing else.
    rules: { '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }] },
  },
  {
    // What they import is installed with the NestJS that they are run with, and compiled there.
    files: ['examples/nest-app/app.module.ts', 'examples/nest-app/main.ts'],
    rules: tseslint.configs.disableTypeChecked.rules,
  },
  {
    files: ['spec/types/**/*.ts'],
    rules: {
      // Compiled, never run.
      '@typescript-eslint/no-floating-promises': 'off',
      '@typescript-eslint/no-unused-expressions': 'off',
    },
  },
  {
    files: ['**/*.js'],
    extends: [eslint.configs.recommended],
    languageOptions: { globals: Object.fromEntries(knownGlobals.map((name) => [name, 'readonly'])) },
  },
);
