"""Words that letters often hold: what both sides know already need not be in the QR code.

The text is part of the format: it must never change. A better one becomes a second text with its own version number.
"""

#: What is met most stands last, where a reference to it is shortest.
WORDS_1 = (
    "tidak_dibawa bayi_baru_lahir belum_rekam lainnya icd10_who2019 ISO SAL NIC PIC HCU ICC VIP KRI KL1 KL2 "
    "Paru Jantung Saraf Kulit dan Kelamin THT Mata Gigi Jiwa Ortopedi Urologi Bedah Anak Kebidanan dan Kandungan "
    "Penyakit Dalam Jalan Raya RT 01 RW 02 Dusun Desa Kecamatan Kabupaten Perum Blok No. Jl. "
    "infark miokard akut gagal jantung kongestif stroke iskemik hemoragik pneumonia tuberkulosis paru bronkopneumonia "
    "asma bronkial PPOK eksaserbasi apendisitis akut hernia inguinalis katarak senilis fraktur tertutup femur cruris "
    "cedera kepala ringan sedang berat preeklamsia berat eklamsia perdarahan postpartum antepartum ketuban pecah dini "
    "partus lama abortus inkomplit gravida G1P0A0 G2P1A0 hamil minggu janin tunggal hidup presentasi kepala DJJ "
    "diabetes melitus tipe 2 hipertensi esensial anemia demam berdarah dengue demam tifoid diare dehidrasi gagal "
    "ginjal kronik batu saluran kemih hemodialisa kejang demam sepsis syok luka bakar "
    "laboratorium Hb g/dL leukosit trombosit hematokrit /µL GDS GDP mg/dL ureum kreatinin SGOT SGPT kolesterol "
    "protein urin +++ ++ EKG ST elevasi V1-V4 sinus takikardia rontgen toraks USG tes cepat NS1 positif negatif "
    "keadaan umum tampak sakit sedang berat konjungtiva anemis sklera ikterik ronki wheezing vesikuler bunyi jantung "
    "I-II reguler murmur gallop abdomen supel bising usus normal nyeri tekan kuadran kanan bawah epigastrium hepar "
    "lien tidak teraba ekstremitas akral hangat dingin CRT < 2 detik edema tungkai refleks patologis pupil isokor "
    "infus RL NaCl 0,9% 20 tetes per menit oksigen 3 L/menit nasal kanul injeksi parasetamol 500 mg 3x1 tablet "
    "amoksisilin seftriakson 1 g IV ranitidin ondansetron MgSO4 4 g bolus nifedipin amlodipin 10 mg kaptopril aspirin "
    "160 mg dikunyah ISDN 5 mg sublingual furosemid metformin asam traneksamat oksitosin kateter urin terpasang "
    "mohon pemeriksaan dan penanganan lebih lanjut, perlu perawatan intensif, fasilitas tidak tersedia di puskesmas, "
    "penilaian operasi, evaluasi spesialis, tatalaksana, terima kasih "
    "keluarga menyetujui rujukan riwayat alergi obat disangkal penyakit dahulu sejak hari yang lalu jam sebelum masuk "
    "puskesmas, semakin memberat, hilang timbul, disertai demam, mual, muntah, batuk, sesak napas, pusing, lemas, "
    "nyeri kepala, nyeri perut, nyeri dada menjalar ke lengan kiri, pandangan kabur, berkeringat dingin, nafsu makan "
    "menurun, BAB dan BAK normal. Pasien datang dengan keluhan utama pada bagian dalam tidak ada yang dan di ke "
    "Ns. bidan Amd.Keb. S.Tr.Keb. S.Kep. Sp. drg. dr. Bin Binti Siti Muhammad Nur Dewi Sri Ahmad ambulans puskesmas "
    "suami istri ibu ayah anak keluarga perawat 0812 0813 0852 0800- jkn umum rawat_inap gawat_darurat rawat_jalan "
    "hijau kuning merah 01 icd10_bpjs IGD KL3 ICU RSU RS RSUD Klinik Puskesmas "
    "/XII/2026 /XI/2026 2027- 199 198 197 196 200 201 -0001/ A-00 2026-1 2026-0 .000Z"
)
