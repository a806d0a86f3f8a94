import { type Finder, spans } from './spans.ts'

const place = String.raw`(?:\s(?:NW|NE|SW|SE)\b)?(?:,?\s(?:[Aa]pt|[Aa]partment|[Uu]nit|[Ss]uite|[Ff]loor|[Ff]lat)\.?\s?[\w-]+)?(?:,?\s(?:\d{4,5}\s(?:[A-Z]{2}\s)?)?\p{Lu}\p{Ll}[\p{L}'’-]*(?:\s\p{Lu}\p{Ll}[\p{L}'’-]*){0,2}(?:,?\s(?:[A-Z]{2}\s)?(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[A-Z\d]?\s?\d[A-Z]{2}))?)?`
const house = String.raw`\d{1,5}[a-zA-Z]?`
const spelledHouse = String.raw`(?:(?:[Tt]wenty|[Tt]hirty|[Ff]orty|[Ff]ifty|[Ss]ixty|[Ss]eventy|[Ee]ighty|[Nn]inety|[Aa] hundred)(?:[ -](?:and )?(?:one|two|three|four|five|six|seven|eight|nine))?|[Oo]ne|[Tt]wo|[Tt]hree|[Ff]our|[Ff]ive|[Ss]ix|[Ss]even|[Ee]ight|[Nn]ine|[Tt]en|[Ee]leven|[Tt]welve|\p{L}{3,5}teen)`
const addressPatterns = [
  // 221B Baker Street, London NW1 6XE
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:${house}|${spelledHouse})\s(?:(?:North|South|East|West|N|S|E|W)\.?\s)?(?:\p{Lu}[\p{L}'’.-]*\s|\d{1,3}(?:st|nd|rd|th)\s){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Square|Sq|Place|Pl|Terrace|Way|Parkway|Close|Crescent|Gardens|Row|Hill|Highway)\b\.?${place}`,
    'gu',
  ),
  // Hauptstraße 12, 10115 Berlin
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:\p{Lu}[\p{L}-]*(?:straße|strasse|str\.|weg|gasse|platz|allee|ufer|damm|ring|laan|straat|gracht|plein)|(?:\p{Lu}[\p{L}-]+\s){1,3}(?:Straße|Strasse|Weg|Gasse|Platz|Allee|Ufer|Damm|Ring))\s${house}(?!\d)${place}`,
    'gu',
  ),
  // Am Alten Markt 7
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:Am|An der|Im|In der|Auf der|Auf dem|Zum|Zur|Unter den)\s(?:\p{Lu}\p{L}+\s)?(?:\p{Lu}\p{L}*)?(?:[Mm]arkt|[Pp]latz|[Bb]erg|[Ff]eld|[Hh]of|[Tt]or|[Uu]fer|[Bb]ach|[Ww]ald|[Gg]raben|[Ss]ee|[Pp]ark|[Gg]arten|[Kk]irche|[Mm]ühle|[Bb]rücke|[Ll]inden|[Ww]iese|[Bb]ahnhof)\s\d{1,3}[a-z]?(?!\d)${place}`,
    'gu',
  ),
  // Via Roma 12, 00184 Roma; Calle Mayor 5; 12 rue de la Paix, 75002 Paris
  new RegExp(
    String.raw`(?<![\p{L}\d])(?:[Vv]ia|[Vv]iale|[Pp]iazza|[Cc]orso|[Ll]argo|[Vv]icolo|[Cc]alle|[Aa]venida|[Pp]laza|[Pp]aseo|[Rr]ua|[Pp]raça)\s(?:(?:de|del|della|dei|di|la|las|los|el|da|do|dos)\s)*(?:\p{Lu}[\p{L}'’.-]*\s?){1,4},?\s?(?:n\.?\s?)?${house}(?!\d)${place}`,
    'gu',
  ),
  new RegExp(
    String.raw`(?<![\p{L}\d])${house}(?:\s?(?:bis|ter))?,?\s(?:rue|avenue|boulevard|place|quai|impasse|allée|chemin|cours)\s(?:(?:de|du|des|la|le|les|d'|l')\s?)*(?:\p{Lu}[\p{L}'’-]*\s?){1,3}${place}`,
    'gu',
  ),
  /\bP\.?\s?O\.?\s?Box\s\d+/gi,
]

export const addresses: Finder = (text) =>
  addressPatterns.flatMap((pattern) =>
    spans('address', text, pattern, (hit) =>
      hit
        .toLowerCase()
        .replace(/[^\p{L}\p{N}]+/gu, ' ')
        .trim(),
    ),
  )
