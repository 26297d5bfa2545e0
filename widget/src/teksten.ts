/** Every Dutch word that the widget itself says. What the assistant says comes from the server. */

/** The four numbers that may stand here (contracts.md); content/deuren holds the same. */
export const nummers = [
  { nummer: "112", bij: "direct gevaar" },
  { nummer: "0800-2000", bij: "Veilig Thuis: geweld of onveiligheid thuis" },
  { nummer: "113", bij: "gedachten aan zelfdoding" },
  { nummer: "0800-0432", bij: "Kindertelefoon, voor kinderen zelf" },
] as const;

export const teksten = {
  naam: "Ouderwijzer",
  ondertitel: "Je praat met een computer",
  openen: "Stel je vraag",
  verder: "Verder praten",
  sluiten: "Sluiten",
  gesprek: "Gesprek",
  invoer: "Je vraag of bericht",
  versturen: "Verstuur",
  denkt: "Ouderwijzer denkt na",
  gevaar: "Direct gevaar? Bel",

  ouderZegt: "Jij:",
  botZegt: "Ouderwijzer:",
  keuzes: "Je kunt kiezen uit:",
  keuzesNaam: "Kies een antwoord",
  nood: "Hulp nu",
  nieuwTabblad: "(opent een nieuw tabblad)",

  menu: "Menu",
  opnieuw: "Opnieuw beginnen",
  wis: "Wis dit gesprek",
  wisVraag: "Wil je dit gesprek wissen? Alles wat hier staat, wordt verwijderd.",
  wisJa: "Ja, wis het",
  wisNee: "Nee, bewaar het",
  gewist: "Je gesprek is gewist. Dit is een nieuw gesprek.",
  wisVerlopen: "Dit gesprek was al afgelopen en is hier weggehaald. Dit is een nieuw gesprek.",
  wisMislukt: "Het wissen is nog niet gelukt. Je gesprek staat er nog. Probeer het zo nog eens.",

  helptVraag: "Heb je hier iets aan?",
  helptWel: "Dit helpt",
  helptNiet: "Dit helpt niet",
  helptDank: "Dank je wel, daar leren we van.",
  helptMislukt: "Dat kwam niet aan. Probeer het zo nog eens.",

  bron: "Bron",
  bronnen: "Bronnen",
  pagina: "pagina van",
  zonderDatum: "pagina zonder datum",
  gegevens: "Gegevens:",
  bel: "Bel",
  website: "Website",
  nuOpen: "Nu open",
  nuDicht: "Nu gesloten",

  hapert: "De verbinding hapert. Ik probeer het nog een keer.",
  fout: "Ik kan nu geen antwoord ophalen. Je bericht staat er nog.",
  foutStart: "Het gesprek wil nog niet beginnen. Wat je typt, blijft staan.",
  foutBellen: "Kan het niet wachten? Bel dan:",
  probeer: "Probeer het opnieuw",
  nietVerstuurd: "Niet verstuurd",
  nietAangenomen: "Dit bericht kon ik niet aannemen. Je tekst staat nog in het vak.",
  verlopen: "Ons vorige gesprek is afgelopen, daarom beginnen we een nieuw. Fijn dat je er weer bent.",
} as const;

export const maanden = [
  "januari", "februari", "maart", "april", "mei", "juni",
  "juli", "augustus", "september", "oktober", "november", "december",
] as const;
