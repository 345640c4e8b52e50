/** The door of the exchange: logs of other systems, what they mean, and how they come in. */
export { ImportedOtherwise } from './import/case-writer.ts';
export { type ImportProgress, type ImportResult, LogImporter } from './import/log-importer.ts';
export { loadMapping, type LogMapping, MappingError, onPlatform } from './xes/mapping.ts';
export { XesError } from './xes/xes.ts';
